"""Actions over HTTP: gunicorn with 2 × 4 threads, a session cookie, beside the bare Flask endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import product
from tests.bench.client import Client
from tests.bench.ground import LOGIN, PASSWORD, Ground
from tests.bench.gunicorn import serving
from tests.bench.measure import Goal, Row, Work, at_most, in_turns, together

WARM = 30
SECRET = "bench-secret-bench-secret-bench-secret"


def environment(ground: Ground) -> dict[str, str]:
    """What a process of the product needs to meet the bench's servers."""
    assert ground.settings.database_url is not None
    assert ground.settings.redis_url is not None
    return {
        "DATABASE_URL": ground.settings.database_url,
        "REDIS_URL": ground.settings.redis_url,
        "DATA_DIR": str(ground.settings.data_dir),
        "SECRET_KEY": SECRET,
        "LOG_LEVEL": "ERROR",
    }


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """Completions over HTTP by one client and by four, in turns with the bare endpoint."""
    count = 200 if quick else 1000
    rows, ratios = [], []
    with (
        serving("app.wsgi:create()", environment(ground), "/healthz") as (port, _),
        serving("tests.bench.bare:create()", _bare_environment(ground), "/") as (bare, _),
    ):
        works: dict[str, Work] = {
            "ours": lambda _, number: completions(ground, port, number),
            "bare": lambda _, number: _bare_completions(bare, number),
        }
        for clients in (1, 4):
            found = in_turns(works, clients, count, warm=WARM)
            note = f"{found['ours'].rate:.0f}/s, bare {found['bare'].rate:.0f}/s"
            name = f"HTTP completion, {clients} client{'s' * (clients > 1)}"
            rows.append(Row(name, found["ours"], found["bare"], None, note))
            ratios.append(found["ours"].p50 / found["bare"].p50)
        rows += _reading(ground, port, count // 4)
    return rows, [at_most("HTTP completion p50 ÷ bare Flask, 1 and 4 clients (worse)", max(ratios), 3)]


def _bare_environment(ground: Ground) -> dict[str, str]:
    pattern = product.start(ground.actor, "ten_tasks")
    task = product.open_task(pattern)
    assert task is not None
    product.complete(ground.actor, task)
    return {"BENCH_DSN": ground.dsn, "BENCH_PATTERN": str(pattern)}


def _bare_completions(port: int, count: int) -> Iterator[product.Call]:
    client = Client(port)
    client.send("POST", "/login", b"")
    return (lambda: client.post("/complete", {"variables": {}}) for _ in range(count))


class _HttpCompletion(product.Completion):
    """Completes a task through the API."""

    def __init__(self, ground: Ground, instance: int, client: Client) -> None:
        super().__init__(ground.actor, instance)
        self.client = client

    def __call__(self) -> None:
        self.client.post(f"/v2/user-tasks/{self.task}/completion", {"variables": {}})


def completions(ground: Ground, port: int, count: int) -> Iterator[product.Call]:
    """Calls that complete a task each, of instances started on the way."""
    client = Client(port)
    client.sign_in(LOGIN, PASSWORD)
    for _ in range(0, count, 10):
        instance = product.start(ground.actor, "ten_tasks")
        for _ in range(10):
            yield _HttpCompletion(ground, instance, client)


def _reading(ground: Ground, port: int, count: int) -> list[Row]:
    """Searching tasks and starting instances over HTTP."""

    def searches(_: int) -> Iterator[product.Call]:
        client = Client(port)
        client.sign_in(LOGIN, PASSWORD)
        body = {"filter": {"state": "CREATED"}, "page": {"limit": 50}}
        return (lambda: client.post("/v2/user-tasks/search", body) for _ in range(count))

    def starts(_: int) -> Iterator[product.Call]:
        client = Client(port)
        client.sign_in(LOGIN, PASSWORD)
        body = {"processDefinitionId": "ten_tasks"}
        return (lambda: client.post("/v2/process-instances", body) for _ in range(count))

    return [
        Row("HTTP start an instance, 1 client", together(1, starts, 10)),
        Row("HTTP search 50 open tasks, 1 client", together(1, searches, 10)),
    ]
