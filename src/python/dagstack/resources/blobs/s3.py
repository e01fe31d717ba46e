"""A store in a bucket of any service that speaks S3."""

from __future__ import annotations

import contextlib
import os
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar, Final

from dagstack.contracts import (
    BackendFailed,
    BlobNotFound,
    InvalidArgument,
    InvalidBlobKey,
    ResourceClosed,
    ResourceError,
)
from dagstack.resources.blobs import s3_errors, s3_options
from dagstack.resources.blobs.base import CheckedBlobStore
from dagstack.resources.blobs.keys import DEFAULT_CONTENT_TYPE, KEY_LIMIT

try:
    import obstore
    from obstore.store import S3Store
except ImportError as error:
    raise ImportError(
        "S3BlobStore needs obstore: pip install 'dagstack-resources[s3]'", name="obstore"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from typing import Self

    from obstore import ListStream, ObjectMeta
    from obstore.store import ClientConfig, ObjectStore, RetryConfig, S3CredentialProvider

_MULTIPART_FROM: Final = 64 << 20  # bytes
_PART: Final = 16 << 20  # bytes


class S3BlobStore(CheckedBlobStore):
    """A `BlobStore` in a bucket of any service that speaks S3, for production.

    A blob is one object, whose key is the prefix and the blob's key, and whose content type is the
    blob's. Give the store a bucket or a prefix of its own: objects with keys that no blob can have
    (`a//b`, `../c`) keep it from listing, and one named `folder/` is listed as `folder`.

    Requests are repeated, after a pause that grows and varies, when the answer is 429 or 5xx or the
    connection breaks. `list` reads the whole folder in which the prefix ends.

    A cancelled `put` stops at once; whether it had its effect is then the service's to say, but it
    has all or none. Blobs from 64 MiB are sent in parts, and the parts of one that fails or is
    cancelled stay at the service, unseen: give the bucket a rule that aborts incomplete multipart
    uploads.

    Safe for concurrent use by many threads and by several event loops, of `asyncio`. The library's
    own threads do not survive a fork, so in the child of a process that has used a store of this
    class every call fails with `BackendFailed`; start such children with `spawn` or `forkserver`.
    """

    _used_in: ClassVar[int | None] = None
    """The process that has used any such store, and so has the library's threads."""

    def __init__(  # noqa: PLR0913 - a service has that many settings
        self,
        bucket: str,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        prefix: str = "",
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        session_token: str | None = None,
        credentials: S3CredentialProvider | None = None,
        anonymous: bool = False,
        virtual_hosted: bool = False,
        ca_certificates: bytes | None = None,
        connect_timeout: float = 5.0,
        timeout: float = 30.0,
        max_retries: int = 5,
        retry_timeout: float = 60.0,
    ) -> None:
        """Describe the store; nothing is sent before it is used.

        What is not given comes from the environment (`AWS_ACCESS_KEY_ID`, `AWS_REGION`,
        `AWS_ENDPOINT_URL` and so on), and credentials that are not there from the machine's role.

        Args:
            bucket: The name of the bucket, which must exist.
            endpoint: The URL of a service other than Amazon's, such as `https://s3.example.org`.
                With `http`, nothing is encrypted.
            region: The region; `us-east-1` if nothing says otherwise.
            prefix: The folder in the bucket where the blobs are, such as `tenants/a`. It counts
                towards the 1024 bytes that S3 allows a key; longer keys are an `InvalidBlobKey`.
            access_key_id: The name of the key that signs requests.
            secret_access_key: The key itself.
            session_token: What temporary credentials have besides.
            credentials: A function, `async` or not, that returns credentials, and is asked again
                when they expire; `obstore.auth` has some.
            anonymous: Send unsigned requests, which public buckets allow.
            virtual_hosted: The host name of the endpoint begins with the name of the bucket.
            ca_certificates: Certificates in PEM, to trust besides the system's.
            connect_timeout: Seconds that connecting may take.
            timeout: Seconds that one attempt may take, from connecting to the last byte. Large
                blobs over slow lines need more.
            max_retries: How often a failed request is repeated, 0 for never.
            retry_timeout: Seconds after which none is repeated any more.

        Raises:
            InvalidArgument: the bucket has no name, the endpoint is no URL of a host, no key can
                begin with the prefix, or a number is out of range.
        """
        super().__init__()
        if not bucket:
            raise InvalidArgument("bucket", "it is empty")
        if max_retries < 0:
            raise InvalidArgument("max_retries", "it is negative")
        config = s3_options.config(
            endpoint=endpoint,
            region=region,
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            session_token=session_token,
            skip_signature=anonymous,
            virtual_hosted_style_request=virtual_hosted,
        )
        client: ClientConfig = {
            "allow_http": endpoint is not None and endpoint.lower().startswith("http:"),
            "connect_timeout": s3_options.seconds("connect_timeout", connect_timeout),
            "timeout": s3_options.seconds("timeout", timeout),
        }
        if ca_certificates is not None:
            client["root_certificate"] = ca_certificates
        retries: RetryConfig = {
            "max_retries": max_retries,
            "retry_timeout": s3_options.seconds("retry_timeout", retry_timeout),
        }
        self._begin(
            S3Store(
                bucket,
                config=config,
                client_options=client,
                retry_config=retries,
                credential_provider=credentials,
            ),
            s3_options.folder(prefix),
            f"bucket {bucket!r}",
        )

    @classmethod
    def from_obstore(cls, store: ObjectStore, *, prefix: str = "") -> Self:
        """Make a store of one of obstore's, with its configuration as it is.

        Args:
            store: The store of obstore, an `S3Store` or another one that knows content types. Its
                own prefix, if it has one, comes before the other.
            prefix: The folder in it where the blobs are.

        Raises:
            InvalidArgument: no key can begin with the prefix.
        """
        made = cls.__new__(cls)
        CheckedBlobStore.__init__(made)
        made._begin(store, s3_options.folder(prefix), type(store).__name__)  # noqa: SLF001 - ours
        return made

    def _begin(self, store: ObjectStore, prefix: str, where: str) -> None:
        self._store: ObjectStore | None = store
        self._prefix = prefix
        self._where = where
        self._bucket_seen = False

    def __repr__(self) -> str:
        """Name the bucket and the prefix, and no credentials."""
        return f"<S3BlobStore in {self._where}, prefix {self._prefix!r}>"

    async def _put(self, key: str, data: bytes, content_type: str) -> None:
        store, path = self._reach("put", key)
        try:
            with _failures("put", path):
                await obstore.put_async(
                    store,
                    path,
                    data,
                    attributes={"Content-Type": content_type},
                    use_multipart=len(data) >= _MULTIPART_FROM,
                    chunk_size=_PART,
                )
        except FileNotFoundError as error:
            raise _failure("put", path, error) from error
        self._bucket_seen = True

    async def _get(self, key: str) -> bytes:
        store, path = self._reach("get", key)
        try:
            with _failures("get", path):
                answer = await obstore.get_async(store, path)
                data = await answer.bytes_async()
        except FileNotFoundError as error:
            raise await self._absence(store, "get", key, error) from error
        self._bucket_seen = True
        return data.to_bytes()

    async def _content_type(self, key: str) -> str:
        store, path = self._reach("content_type", key)
        try:
            with _failures("content_type", path):
                answer = await obstore.get_async(store, path, options={"head": True})
        except FileNotFoundError as error:
            raise await self._absence(store, "content_type", key, error) from error
        self._bucket_seen = True
        return answer.attributes.get("Content-Type", DEFAULT_CONTENT_TYPE)

    async def _delete(self, key: str) -> None:
        store, path = self._reach("delete", key)
        try:
            with _failures("delete", path):
                await obstore.delete_async(store, path)
        except FileNotFoundError as error:
            absence = await self._absence(store, "delete", key, error)
            if isinstance(absence, BackendFailed):
                raise absence from error
        self._bucket_seen = True

    async def _exists(self, key: str) -> bool:
        store, path = self._reach("exists", key)
        try:
            with _failures("exists", path):
                await obstore.head_async(store, path)
        except FileNotFoundError as error:
            absence = await self._absence(store, "exists", key, error)
            if isinstance(absence, BackendFailed):
                raise absence from error
            return False
        self._bucket_seen = True
        return True

    async def _list(self, prefix: str) -> set[str]:
        store, start = self._reach("list", prefix)
        # obstore compares whole segments, and not in a promised order.
        folder = start[: start.rfind("/") + 1]
        try:
            with _failures("list", folder):
                found = await _listing(store, folder).collect_async()
        except FileNotFoundError as error:
            raise _failure("list", folder, error) from error
        self._bucket_seen = True
        skipped = len(self._prefix)
        return {path[skipped:] for item in found if (path := item["path"]).startswith(start)}

    async def _release(self) -> None:
        self._store = None  # and with it the connections, once no call uses them

    def _reach(self, operation: str, key: str) -> tuple[ObjectStore, str]:
        """Return the store of obstore, and what a key is called there.

        Raises:
            BackendFailed: the process is a child in which obstore would wait for ever.
            InvalidBlobKey: the key is too long for S3.
            ResourceClosed: the store is closed.
        """
        store = self._store
        if store is None:
            raise ResourceClosed(type(self).__name__)
        process = os.getpid()
        if S3BlobStore._used_in not in {None, process}:
            detail = "this process was forked from one that used S3; start it with spawn instead"
            raise BackendFailed("S3BlobStore", operation, detail)
        S3BlobStore._used_in = process
        path = self._prefix + key
        if operation != "list" and self._prefix and (size := len(path.encode())) > KEY_LIMIT:
            reason = f"with the store's prefix it has {size} bytes, and S3 allows {KEY_LIMIT}"
            raise InvalidBlobKey("key", reason, key)
        return store, path

    async def _absence(
        self, store: ObjectStore, operation: str, key: str, error: Exception
    ) -> ResourceError:
        """Say what an answer of 404 means: obstore reports a missing bucket like a missing key."""
        path = self._prefix + key
        code = s3_errors.code_of(error, path)
        if code is None and not self._bucket_seen:
            # An answer without a body, so the bucket is asked for itself.
            try:
                await anext(_listing(store, path), None)
            except Exception as trouble:  # noqa: BLE001 - whatever it is, it is about the bucket
                # Who may not list a bucket at least knows that it is there.
                if s3_errors.status_of(trouble, path) != HTTPStatus.FORBIDDEN:
                    return _failure(operation, path, trouble)
        if code in {None, "NoSuchKey"}:
            return BlobNotFound(key)
        return _failure(operation, path, error)


def _listing(store: ObjectStore, folder: str) -> ListStream[Sequence[ObjectMeta]]:
    """List the objects in a folder, in no order; the empty name stands for the whole bucket."""
    # With another option it would give tables of Arrow, which need not be installed.
    return obstore.list(store, folder or None, chunk_size=1000)  # pyright: ignore[reportUnknownMemberType]


@contextlib.contextmanager
def _failures(operation: str, path: str) -> Generator[None]:
    """Tell of obstore's troubles as ours, except that something is missing."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        raise _failure(operation, path, error) from error


def _failure(operation: str, path: str, error: Exception) -> BackendFailed:
    return BackendFailed("S3BlobStore", operation, s3_errors.explain(error, path))
