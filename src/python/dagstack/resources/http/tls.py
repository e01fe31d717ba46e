"""The TLS context that the settings ask for."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from dagstack.contracts import InvalidArgument

if TYPE_CHECKING:
    from dagstack.resources.http.config import TlsSettings


def make_context(settings: TlsSettings) -> ssl.SSLContext:
    """Make a context that verifies certificates and names, with TLS 1.2 or later.

    Raises:
        InvalidArgument: A file cannot be read or holds no certificate or key.
        ModuleNotFoundError: The OS trust store was asked for and ``truststore`` is not installed.
    """
    if settings.context is not None:
        return settings.context
    context = _trusting(settings)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.client_certificate is not None:
        _identify(context, settings)
    return context


def _trusting(settings: TlsSettings) -> ssl.SSLContext:
    if settings.os_trust_store:
        try:
            import truststore  # an extra, and only for those who ask
        except ModuleNotFoundError:
            raise ModuleNotFoundError(
                "os_trust_store needs truststore: pip install 'dagstack-resources[http]'",
                name="truststore",
            ) from None
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if settings.ca_bundle is None:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=os.fspath(settings.ca_bundle))
    except OSError as error:  # ssl.SSLError is one
        raise InvalidArgument("ca_bundle", _reason(error, "certificates")) from error


def _identify(context: ssl.SSLContext, settings: TlsSettings) -> None:
    assert settings.client_certificate is not None  # noqa: S101 - for the type checkers
    password = settings.client_key_password
    try:
        context.load_cert_chain(
            os.fspath(settings.client_certificate),
            None if settings.client_key is None else os.fspath(settings.client_key),
            # Never the prompt that OpenSSL opens on the terminal for want of a password.
            password=(lambda: "") if password is None else password,
        )
    except (OSError, ValueError) as error:
        reason = _reason(error, "a certificate with its key")
        raise InvalidArgument("client_certificate", reason) from error


def _reason(error: Exception, wanted: str) -> str:
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
        return f"it cannot be read: {error.strerror}"
    return f"it does not hold {wanted}, or not ones that fit"
