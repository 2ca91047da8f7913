"""`resolutionflow teams`, and what `doctor` says of Teams."""

import asyncio
import json
import os
import pty
import secrets
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.cli.main import run
from storage.sealing import fresh_key
from storage.storage import Storage
from tests.processes import PATIENCE, environment
from tests.teams.server import Teams as Server
from tests.teams.server import serving

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
ROOT = Path(__file__).parents[3]
URL = "https://flow.example.com"
ID, TENANT = str(uuid.uuid4()), str(uuid.uuid4())
SECRET = f"{secrets.token_urlsafe(8)}~{secrets.token_urlsafe(20)}"
NAMES = ("CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "ALLOW_UNAUTHENTICATED", "TOKEN_URL")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: Patch) -> None:
    for name in NAMES:
        monkeypatch.setenv(f"TEAMS_{name}", "")
    monkeypatch.setenv("RESOLUTIONFLOW_URL", "")


@pytest.fixture
def configured(monkeypatch: Patch) -> None:
    monkeypatch.setenv("TEAMS_CLIENT_ID", ID)
    monkeypatch.setenv("TEAMS_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("TEAMS_TENANT_ID", TENANT)


@pytest.fixture
def database(monkeypatch: Patch, storage: Storage, address: str) -> str:
    """Where registrations are kept."""
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("RESOLUTIONFLOW_KEYS", fresh_key())
    return address


@pytest.fixture
async def server(monkeypatch: Patch, database: str) -> AsyncIterator[Server]:
    """Teams, as the settings name it."""
    async with serving(Server()) as made:
        for name, value in made.settings().items():
            monkeypatch.setenv(name, value)
        yield made


def inside(package: Path) -> dict[str, Any]:
    """The manifest of a package."""
    with ZipFile(package) as found:
        made = json.loads(found.read("manifest.json"))
    assert isinstance(made, dict)
    return made


@pytest.mark.usefixtures("configured")
def test_the_package_is_made_for_the_registration_that_is_set(
    capsys: Captured, monkeypatch: Patch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RESOLUTIONFLOW_URL", f"{URL}/")
    monkeypatch.chdir(tmp_path)
    assert run(["teams", "package"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "resolutionflow-teams.zip: ResolutionFlow" in told.err
    assert "“Upload new app”" in told.err
    made = inside(tmp_path / "resolutionflow-teams.zip")
    assert (made["id"], made["validDomains"]) == (ID, ["flow.example.com"])
    assert set(made["developer"].values()) == {"ResolutionFlow", URL}
    before = (tmp_path / "resolutionflow-teams.zip").read_bytes()
    assert run(["teams", "package", "-o", "again.zip", "--tenant", TENANT.upper()]) == 0
    assert (tmp_path / "again.zip").read_bytes() == before


@pytest.mark.usefixtures("configured")
def test_whoever_offers_the_app_can_name_their_pages(tmp_path: Path) -> None:
    made = tmp_path / "app.zip"
    pages = ["--website", URL, "--privacy", f"{URL}/privacy"]
    assert run(["teams", "package", "-o", str(made), *pages, "--app-version", "1.0.1"]) == 0
    found = inside(made)
    assert found["version"] == "1.0.1"
    assert found["validDomains"] == []
    assert found["developer"] == {
        "name": "ResolutionFlow",
        "websiteUrl": URL,
        "privacyUrl": f"{URL}/privacy",
        "termsOfUseUrl": URL,
    }


@pytest.mark.usefixtures("configured")
def test_the_package_can_be_printed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["teams", "package", "-o", "-", "--website", URL]) == 0
    with ZipFile(BytesIO(capfdbinary.readouterr().out)) as found:
        assert found.testzip() is None


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["package"], 2, "--website, or set RESOLUTIONFLOW_URL"),
        (["package", "--website", "http://flow.example.com"], 2, "https://"),
        (["package", "--website", URL, "--app-version", "1.0"], 2, "three numbers"),
        (["package", "--website", URL, "-o", "/no/such/place.zip"], 1, "cannot be written"),
        (["package", "--tenant", "acme.onmicrosoft.com"], 2, "not its domain"),
        (["add", "--client-id", "flow"], 2, "it must be a GUID"),
        (["add", "--tenant", "common"], 2, "one tenant"),
        (["add", "--client-id", ID, "--tenant", TENANT], 2, "Without a terminal"),
        (["add", "--secret", SECRET], 2, "No such option"),
        (["remove", "acme"], 2, "the tenant's GUID"),
    ],
)
def test_what_cannot_be_is_said(
    capsys: Captured, tmp_path: Path, monkeypatch: Patch, arguments: list[str], code: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["teams", *arguments]) == code
    told = " ".join(capsys.readouterr().err.split())
    assert says in told
    assert "Traceback" not in told


def test_without_a_first_registration_it_is_said_where_it_goes(
    capsys: Captured, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    given = ["--client-id", ID, "--tenant", TENANT, "--secret-file", str(file)]
    for arguments in (["package", "--website", URL], ["add", *given]):
        assert run(["teams", *arguments]) == 1
        assert "TEAMS_CLIENT_ID" in capsys.readouterr().err


async def test_a_tenant_is_added_renewed_replaced_and_removed(
    capsys: Captured, server: Server, tmp_path: Path
) -> None:
    beta = server.adds_tenant("Beta").app
    code, said, told = await added(capsys, tmp_path, beta.client_id, beta.tenant, beta.secret)
    assert (code, said) == (0, [f"Kept: {beta.client_id}, for {beta.tenant}."])
    assert f"teams package --tenant {beta.tenant}" in told
    assert "resolutionflow admin link" in told
    code, said, told = await added(capsys, tmp_path, beta.client_id, beta.tenant, beta.secret)
    assert said == [f"Kept: a new secret of {beta.client_id}, for {beta.tenant}."]
    assert told == ""
    listed = f"{beta.tenant}  {beta.client_id}  added"
    own = f"{server.app.tenant}  {server.app.client_id}  settings"
    assert await ran(capsys, "list") == (0, [own, listed], "")
    made = tmp_path / "beta.zip"
    where = ("--website", URL, "-o", str(made), "--tenant", beta.tenant)
    assert (await ran(capsys, "package", *where))[0] == 0
    assert inside(made)["id"] == beta.client_id
    new = str(uuid.uuid4())
    _, said, _ = await added(capsys, tmp_path, new, beta.tenant, SECRET, "--unchecked")
    assert said == [f"Kept: {new}, for {beta.tenant}. It replaces {beta.client_id}."]
    code, said, _ = await ran(capsys, "remove", beta.tenant)
    assert (code, said) == (0, [f"Removed: the registration of {beta.tenant}."])
    _, shown, _ = await ran(capsys, "list", "--json")
    assert [each["from"] for each in json.loads("\n".join(shown))] == ["settings"]
    code, _, told = await ran(capsys, "remove", beta.tenant)
    assert (code, "no registration" in told) == (1, True)


async def test_what_was_added_is_listed_while_teams_is_off(
    capsys: Captured, monkeypatch: Patch, server: Server, tmp_path: Path
) -> None:
    beta = server.adds_tenant("Beta").app
    await added(capsys, tmp_path, beta.client_id, beta.tenant, beta.secret)
    for name in NAMES[:3]:
        monkeypatch.setenv(f"TEAMS_{name}", "")
    code, said, told = await ran(capsys, "list")
    assert (code, said) == (0, [f"{beta.tenant}  {beta.client_id}  added"])
    assert "Teams is off" in told
    assert (await ran(capsys, "remove", beta.tenant))[0] == 0


async def test_what_entra_refuses_is_not_kept(
    capsys: Captured, server: Server, tmp_path: Path
) -> None:
    beta = server.adds_tenant("Beta").app
    code, _, told = await added(capsys, tmp_path, beta.client_id, beta.tenant, SECRET)
    assert code == 1
    assert "Not kept. Entra gives no token: its secret is wrong (AADSTS7000215)" in told
    assert SECRET not in told
    server.entra.down = True
    code, _, told = await added(capsys, tmp_path, beta.client_id, beta.tenant, beta.secret)
    assert (code, "--unchecked" in told) == (1, True)
    assert len((await ran(capsys, "list"))[1]) == 1


async def test_a_registration_is_for_one_tenant_and_the_settings_have_theirs(
    capsys: Captured, server: Server, tmp_path: Path
) -> None:
    own = server.app
    code, _, told = await added(capsys, tmp_path, ID, own.tenant, SECRET)
    assert (code, "change TEAMS_CLIENT_SECRET there" in told) == (1, True)
    code, _, told = await added(capsys, tmp_path, own.client_id, TENANT, SECRET)
    assert (code, f"that of {own.tenant}" in told) == (1, True)
    code, _, told = await ran(capsys, "remove", own.tenant)
    assert (code, "of the settings" in told) == (1, True)
    code, _, told = await ran(capsys, "package", "--website", URL, "--tenant", TENANT)
    assert (code, "`resolutionflow teams list`" in told) == (1, True)


async def test_the_secrets_id_is_not_taken_for_its_value(
    capsys: Captured, server: Server, tmp_path: Path
) -> None:
    code, _, told = await added(capsys, tmp_path, ID, TENANT, str(uuid.uuid4()))
    assert (code, "that is the “Secret ID” beside it" in told) == (1, True)
    (tmp_path / "picture").write_bytes(b"\xff\xfe")
    where = ("--client-id", ID, "--tenant", TENANT, "--secret-file", str(tmp_path / "picture"))
    code, _, told = await ran(capsys, "add", *where)
    assert (code, "is no text" in told) == (1, True)


async def test_asked_at_a_terminal_the_secret_is_not_shown(server: Server, database: str) -> None:
    beta = server.adds_tenant("Beta").app
    env = environment(Path("/nowhere"), database, RESOLUTIONFLOW_KEYS=fresh_key())
    asked = [
        ("Application (client) ID: ", "flow"),  # not a GUID: it is asked again
        ("Application (client) ID: ", beta.client_id),
        ("Directory (tenant) ID: ", beta.tenant),
        ("Its secret: ", beta.secret),
    ]
    said = await asyncio.to_thread(at_a_terminal, {**env, **server.settings()}, asked)
    assert f"Kept: {beta.client_id}, for {beta.tenant}." in said
    assert "it must be a GUID" in said
    assert beta.secret not in said


async def test_doctor_looks_at_teams(
    capsys: Captured, monkeypatch: Patch, server: Server, tmp_path: Path
) -> None:
    beta = server.adds_tenant("Beta").app
    await added(capsys, tmp_path, beta.client_id, beta.tenant, beta.secret)
    monkeypatch.setenv("RESOLUTIONFLOW_URL", URL)
    found = await doctor(capsys)
    for about in ("Teams registration", f"Teams in {beta.tenant}", "Teams over HTTPS"):
        assert found[about][0], about
    monkeypatch.setenv("TEAMS_CLIENT_SECRET", SECRET)
    fine, how, advice = (await doctor(capsys))["Teams registration"]
    assert (fine, how) == (False, "its secret is wrong (AADSTS7000215)")
    assert "TEAMS_CLIENT_SECRET" in advice
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    assert not (await doctor(capsys))["Teams registration"][0]


async def added(
    capsys: Captured, directory: Path, client: str, tenant: str, secret: str, *more: str
) -> tuple[int, list[str], str]:
    """As `ran`, for `teams add` with a secret in a file."""
    file = directory / "secret"
    file.write_text(f"{secret}\n")
    given = ("--client-id", client, "--tenant", tenant, "--secret-file", str(file))
    return await ran(capsys, "add", *given, *more)


async def ran(capsys: Captured, *arguments: str) -> tuple[int, list[str], str]:
    """How a verb ended, what it printed, what it said beside that."""
    code = await asyncio.to_thread(run, ["teams", *arguments])
    told = capsys.readouterr()
    return code, told.out.splitlines(), told.err


def at_a_terminal(env: dict[str, str], asked: list[tuple[str, str]]) -> str:
    """What `teams add` says to somebody who answers what is asked."""
    ours, theirs = pty.openpty()
    program = [sys.executable, "-c", "from bot.cli.main import main; main()", "teams", "add"]
    process = subprocess.Popen(
        program,
        env=env,
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said = ""
    for question, answer in asked:
        new = ""
        while question not in new:
            new += os.read(ours, 4_096).decode()
        said += new
        os.write(ours, f"{answer}\n".encode())
    while process.poll() is None or said == "":
        try:
            said += os.read(ours, 4_096).decode()
        except OSError:  # nobody writes there any more
            break
    assert process.wait(PATIENCE) == 0, said
    os.close(ours)
    return said


async def doctor(capsys: Captured) -> dict[str, tuple[bool, str, str]]:
    await asyncio.to_thread(run, ["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)
    return {each["about"]: (each["fine"], each["how"], each["advice"]) for each in found}
