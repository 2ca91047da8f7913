"""The rules of guided sessions: plain values in and out. No I/O, no clock, no platform."""
