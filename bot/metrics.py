"""What Prometheus is told: counters and gauges of this process. Whoever does the work counts it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

SESSIONS_STARTED = Counter("rf_sessions_started", "Sessions started.", registry=REGISTRY)
SESSIONS_COMPLETED = Counter(
    "rf_sessions_completed", "Sessions completed, by outcome.", ["outcome"], registry=REGISTRY
)
DEEDS = Counter(
    "rf_deeds",
    "What people did in sessions: kind of deed; result done, repeated, refused or failed.",
    ["kind", "result"],
    registry=REGISTRY,
)
CLICK_SECONDS = Histogram(
    "rf_click_seconds",
    "From the press of a button to its commit.",
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2),
)
SENT = Counter("rf_messages_sent", "Messages posted or edited.", ["platform"], registry=REGISTRY)
SEND_FAILURES = Counter(
    "rf_send_failures", "Messages that a platform did not take.", ["platform"], registry=REGISTRY
)
MESSAGES_BEHIND = Gauge(
    "rf_messages_behind", "Messages that do not show the newest state yet.", registry=REGISTRY
)
JOBS_DEAD = Gauge("rf_jobs_dead", "Jobs that gave up and wait for an admin.", registry=REGISTRY)
POOL_IN_USE = Gauge("rf_pool_in_use", "Database connections in use now.", registry=REGISTRY)
POOL_SIZE = Gauge("rf_pool_size", "Database connections at most.", registry=REGISTRY)
UP = Gauge("rf_database_up", "1 while the database answers.", registry=REGISTRY)
