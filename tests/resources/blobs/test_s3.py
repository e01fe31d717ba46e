"""The store in S3, on moto's service; and what it makes of a service that misbehaves."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING, Any, cast

import boto3  # type: ignore[import-untyped]
import pytest
from obstore.store import LocalStore, MemoryStore

from dagstack.contracts import BackendFailed, BlobNotFound, InvalidArgument, InvalidBlobKey
from dagstack.resources import S3BlobStore
from dagstack.resources.blobs import s3_errors
from tests.resources.blobs.moto_service import moto_backend, moto_service
from tests.resources.blobs.s3_servers import (
    ACCESS_KEY,
    BUCKET,
    SECRET_KEY,
    FaultyProxy,
    faulty_proxy,
    open_store,
)
from tests.resources.blobs.samples import APART, ATTACKS
from tests.resources.blobs.suite import BlobStoreSuite, ContentTypeSuite, put_all, run

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from dagstack.contracts import BlobStore

_numbers = itertools.count()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Run moto's service, with an empty bucket; return its port."""
    with moto_service() as port:
        moto_backend().create_bucket(BUCKET, "us-east-1")
        yield port


@pytest.fixture
def proxy(port: int) -> Iterator[FaultyProxy]:
    """Run a proxy before the server."""
    with faulty_proxy(port) as proxy:
        yield proxy


def fresh_prefix() -> str:
    """Return a prefix that no other test uses."""
    return f"test-{next(_numbers)}"


class TestS3BlobStore(ContentTypeSuite, BlobStoreSuite):
    """The store in S3."""

    @pytest.fixture
    def store(self, port: int) -> S3BlobStore:
        """Give a store on an empty bucket."""
        name = f"bucket-{next(_numbers)}"
        moto_backend().create_bucket(name, "us-east-1")
        return open_store(port, bucket=name, timeout=30)

    def fill(self, store: BlobStore, keys: list[str]) -> None:
        """Put objects into the memory of the server."""
        _, bucket, *_ = repr(store).split("'")
        for key in keys:
            moto_backend().put_object(bucket, key, b"")


class TestS3BlobStoreWithPrefix(ContentTypeSuite, BlobStoreSuite):
    """The store below a prefix, on the memory of obstore."""

    @pytest.fixture
    def store(self) -> S3BlobStore:
        """Give a store on memory; its prefix leaves no room in S3 for the longest keys."""
        store = S3BlobStore.from_obstore(MemoryStore(), prefix="a/")
        run(S3BlobStore.from_obstore(store._store).put("other", b""))  # type: ignore[arg-type]  # noqa: SLF001
        return store

    def test_keeps_keys_apart(self, store: BlobStore) -> None:
        """Keys are apart below a prefix too, as far as they fit."""

        async def scenario() -> list[str]:
            await put_all(store, fitting)
            return await store.list()

        fitting = [key for key in APART if len(key.encode()) <= 1022]
        assert sorted(fitting) == run(scenario())

    def test_lists_nothing_for_what_starts_no_key(self, store: BlobStore) -> None:
        """A key that is too long with the prefix is refused before anything is sent."""
        with pytest.raises(InvalidBlobKey, match="with the store's prefix it has 1025 bytes"):
            run(store.put("x" * 1023, b""))


# What others see in the bucket


def test_stores_objects_that_others_read(port: int) -> None:
    """Another library finds each blob under its very key, with its content type."""
    prefix = fresh_prefix()
    store = open_store(port, prefix=prefix)
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
    keys = ["a#1", "a b", "a%20b", "é", "😀", "~", "a/b.txt"]
    for key in keys:
        run(store.put(key, key.encode(), content_type="text/plain"))
    for key in keys:
        found = client.get_object(Bucket=BUCKET, Key=f"{prefix}/{key}")
        assert (found["Body"].read(), found["ContentType"]) == (key.encode(), "text/plain")
    client.put_object(Bucket=BUCKET, Key=f"{prefix}/theirs", Body=b"1", ContentType="a/b")
    assert run(store.get("theirs")) == b"1"
    assert run(store.content_type("theirs")) == "a/b"
    client.close()


def test_sees_only_what_is_below_its_prefix(port: int) -> None:
    """Stores with different prefixes do not see each other, nor a longer name."""
    prefix = fresh_prefix()
    one, longer = open_store(port, prefix=prefix + "/"), open_store(port, prefix=prefix + "x")
    run(one.put("key", b"1"))
    run(longer.put("key", b"2"))
    assert (run(one.list()), run(one.get("key"))) == (["key"], b"1")
    run(longer.delete("key"))
    assert run(one.exists("key")) is True


def test_sends_large_blobs_in_parts(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blob above the limit of one request arrives whole, with its content type."""
    monkeypatch.setattr("dagstack.resources.blobs.s3._MULTIPART_FROM", 6 << 20)
    monkeypatch.setattr("dagstack.resources.blobs.s3._PART", 5 << 20)
    store = open_store(port, prefix=fresh_prefix())
    data = bytes(range(256)) * (6 << 12)
    run(store.put("key", data, content_type="a/b"))
    assert run(store.get("key")) == data
    assert run(store.content_type("key")) == "a/b"


def test_names_what_spoils_a_listing(port: int) -> None:
    """An object whose key no blob can have is a failure that says so."""
    prefix = fresh_prefix()
    moto_backend().put_object(BUCKET, f"{prefix}/a//b", b"")
    with pytest.raises(BackendFailed, match="holds an object whose key no blob can have"):
        run(open_store(port, prefix=prefix).list())


def test_no_attack_leaves_the_prefix(port: int) -> None:
    """Whatever the key, nothing outside the prefix is read or changed."""
    prefix = fresh_prefix()
    moto_backend().put_object(BUCKET, "sentinel", b"untouched")
    store = open_store(port, prefix=f"{prefix}/in")
    before = len(moto_backend().buckets[BUCKET].keys)

    async def attack(key: str) -> None:
        try:
            await store.put(key, b"ours")
        except InvalidBlobKey:
            return
        assert await store.get(key) == b"ours"
        assert moto_backend().get_object(BUCKET, f"{prefix}/in/{key}") is not None
        await store.delete(key)

    async def scenario() -> None:
        for key in ATTACKS[::6]:
            await attack(key)

    run(scenario())
    assert moto_backend().get_object(BUCKET, "sentinel").value == b"untouched"
    assert before == len(moto_backend().buckets[BUCKET].keys)


# A service that misbehaves


def calls(store: S3BlobStore) -> dict[str, Callable[[], Coroutine[Any, Any, object]]]:
    """Return a call of every method."""
    return {
        "put": lambda: store.put("key", b"new"),
        "get": lambda: store.get("key"),
        "delete": lambda: store.delete("key"),
        "list": lambda: store.list("key"),
        "exists": lambda: store.exists("key"),
        "content_type": lambda: store.content_type("key"),
    }


def failure(work: Coroutine[Any, Any, object]) -> BackendFailed:
    """Return the failure that some work ends with."""
    with pytest.raises(BackendFailed) as caught:
        run(work)
    return caught.value


def test_tells_a_missing_bucket_from_a_missing_key(port: int) -> None:
    """Every method fails on a bucket that is not there; none takes it for a missing blob."""
    for operation, call in calls(open_store(port, bucket="no-such-bucket")).items():
        error = failure(call())
        assert (error.resource, error.operation) == ("S3BlobStore", operation)
        assert error.detail.startswith("the service answered 404 Not Found")
    store = open_store(port, prefix=fresh_prefix())
    assert run(store.exists("key")) is False
    with pytest.raises(BlobNotFound):
        run(open_store(port, prefix=fresh_prefix()).get("key"))


def test_is_not_fooled_by_keys(port: int) -> None:
    """A key that looks like an answer of the service is a key."""
    answer = "Server returned non-2xx status code: 404 Not Found: <Code>NoSuchBucket</Code>"
    for key in ("<Code>NoSuchBucket</Code>", answer):
        store = open_store(port, prefix=fresh_prefix())
        with pytest.raises(BlobNotFound):
            run(store.get(key))
        assert run(store.exists(key)) is False


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        ("500", "the service answered 500 Internal Server Error"),
        ("503", "the service answered 503 Service Unavailable"),
        ("429", "the service answered 429 Too Many Requests"),
        ("403", "the service answered 403 Forbidden"),
        ("401", "the service answered 401 Unauthorized"),
        ("409", "the service answered 409 Conflict"),
        ("412", "the service answered 412 Precondition Failed"),
        ("301", "the service redirects, so the region or the endpoint is probably wrong"),
        ("reset", "the service: the connection broke"),
        ("slow", "the service: it did not answer in time"),
    ],
)
def test_reports_what_the_service_does(
    port: int, proxy: FaultyProxy, fault: str, detail: str
) -> None:
    """Any trouble is our error, in few words, with obstore's as its cause and no secrets."""
    prefix = fresh_prefix()
    run(open_store(port, prefix=prefix).put("key", b"old"))
    store = open_store(proxy.server_port, prefix=prefix, timeout=0.3)
    for operation, call in calls(store).items():
        proxy.faults[:] = [fault]
        error = failure(call())
        assert (error.resource, error.operation) == ("S3BlobStore", operation)
        assert error.detail.removesuffix(" (SlowDown)") == detail
        assert error.__cause__ is not None
        assert SECRET_KEY not in "".join(traceback.format_exception(error))
    assert run(store.get("key")) == b"old"


def test_repeats_what_failed(proxy: FaultyProxy) -> None:
    """A few bad answers are made good by repeating; what was acknowledged is there."""
    store = open_store(proxy.server_port, prefix=fresh_prefix(), max_retries=3, timeout=0.5)
    run(store.put("key", b"old"))
    for operation, call in calls(store).items():
        for fault in ("503", "reset", "lost"):
            proxy.faults[:] = [fault]
            run(call())
            assert proxy.faults == []
            if operation in {"put", "delete"}:
                run(store.put("key", b"old"))
    assert run(store.get("key")) == b"old"


def test_gives_up_in_time(proxy: FaultyProxy) -> None:
    """Repeating ends after so many times, however long the trouble lasts."""
    store = open_store(proxy.server_port, prefix=fresh_prefix(), max_retries=2)
    proxy.faults[:] = ["503"] * 50
    proxy.seen.clear()
    failure(store.get("key"))
    assert proxy.seen == ["GET 503"] * 3


def test_serves_no_half_of_a_blob(port: int, proxy: FaultyProxy) -> None:
    """An answer that ends too early is completed or an error, never taken for the blob."""
    data = bytes(range(256)) * 2000
    prefix = fresh_prefix()
    run(open_store(port, prefix=prefix).put("key", data))
    for retries in (0, 3):
        store = open_store(proxy.server_port, prefix=prefix, max_retries=retries)
        proxy.faults[:] = ["half"]
        try:
            assert run(store.get("key")) == data
        except BackendFailed as error:
            assert error.operation == "get"  # noqa: PT017 - either is right


def test_reports_a_service_that_is_not_there() -> None:
    """A port where nobody listens cannot be reached, and that is said at once."""
    error = failure(open_store(1).get("key"))
    assert str(error) == "S3BlobStore: get failed: the service: it cannot be reached"


def test_explains_what_it_does_not_know() -> None:
    """An error of the library that says nothing known is named by its kind alone."""
    assert s3_errors.explain(RuntimeError("http://user:secret@host/"), "k") == (
        "the library reports RuntimeError"
    )
    assert s3_errors.explain(
        RuntimeError("Server returned non-2xx status code: 799 Odd: "), ""
    ) == ("the service answered 799")


def test_reports_credentials_that_cannot_be_had() -> None:
    """A function for credentials that fails is a failure of the storage."""

    def credentials() -> Any:  # noqa: ANN401 - it never returns
        raise LookupError("the vault is sealed: token=abc")

    store = S3BlobStore(
        BUCKET, endpoint="http://127.0.0.1:1", credentials=credentials, max_retries=0
    )
    assert "token" not in str(failure(store.get("key")))


# Making a store


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bucket": ""}, "bucket: it is empty"),
        ({"endpoint": "ftp://host"}, "endpoint: it is not an http or https URL"),
        ({"endpoint": "host:9000"}, "endpoint: it is not an http or https URL"),
        ({"endpoint": "http://[::1"}, "endpoint: it is not a URL"),
        ({"endpoint": "http://host:99999"}, "endpoint: it is not a URL"),
        (
            {"endpoint": "https://user:password@host"},
            "endpoint: it holds more than a host, a port and a path",
        ),
        ({"prefix": "/a"}, "prefix: it begins with a slash"),
        ({"prefix": "a/../b"}, "prefix: it has a segment .."),
        ({"timeout": 0}, "timeout: it is not a positive number of seconds"),
        ({"connect_timeout": -1}, "connect_timeout: it is not a positive number of seconds"),
        ({"retry_timeout": float("nan")}, "retry_timeout: it is not a positive number of seconds"),
        ({"max_retries": -1}, "max_retries: it is negative"),
    ],
)
def test_refuses_wrong_settings(options: dict[str, Any], message: str) -> None:
    """A setting that cannot work is refused when the store is made."""
    with pytest.raises(InvalidArgument) as caught:
        S3BlobStore(**{"bucket": BUCKET, **options})
    assert message == str(caught.value)


def test_shows_no_credentials() -> None:
    """Its representation names the bucket and the prefix only."""
    store = open_store(1, prefix="a/b")
    assert repr(store) == "<S3BlobStore in bucket 'bucket', prefix 'a/b/'>"
    assert SECRET_KEY not in str(vars(store))


def test_takes_the_environment(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not given comes from the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    prefix = fresh_prefix()
    store = S3BlobStore(BUCKET, endpoint=f"http://127.0.0.1:{port}", prefix=prefix)
    run(store.put("key", b"1"))
    assert run(open_store(port, prefix=prefix).get("key")) == b"1"


def test_reports_stores_that_cannot(tmp_path: Path) -> None:
    """A store of obstore that knows no content types is a failure, not silence."""
    store = S3BlobStore.from_obstore(LocalStore(tmp_path))
    assert str(failure(store.put("key", b""))).startswith("S3BlobStore: put failed: the library")


def test_names_the_extra_that_is_missing() -> None:
    """Without obstore, using the store says what to install; the package imports all the same."""
    code = """
import sys
sys.modules["obstore"] = None
import dagstack.resources
try:
    dagstack.resources.S3BlobStore
except ImportError as error:
    print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert result.stdout == "S3BlobStore needs obstore: pip install 'dagstack-resources[s3]'\n"


# Forks and cancellation


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forks beside threads
def test_refuses_to_hang_in_a_forked_child() -> None:
    """A child of a process that used S3 fails at once instead of waiting for ever."""
    store = S3BlobStore.from_obstore(MemoryStore())
    run(store.put("key", b"data"))
    child = os.fork()
    if not child:
        signal.alarm(20)
        try:
            for call in calls(store).values():
                error = failure(call())
                assert error.detail == (
                    "this process was forked from one that used S3; start it with spawn instead"
                )
            os._exit(0)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert run(store.get("key")) == b"data"


def test_stops_when_it_is_cancelled(port: int, proxy: FaultyProxy) -> None:
    """A call that waits for the service ends at once when its time is over."""
    prefix = fresh_prefix()
    run(open_store(port, prefix=prefix).put("key", b"old"))
    store = open_store(proxy.server_port, prefix=prefix)

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        for call in calls(store).values():
            proxy.faults[:] = ["slow"]
            begin = loop.time()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(call(), 0.1)
            assert loop.time() - begin < proxy.patience / 2

    run(scenario())
    assert run(store.get("key")) == b"old"
    assert cast("Any", store).closed is False
