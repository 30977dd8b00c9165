"""What schemathesis has to know of the API beside its document."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    """Lines are sent as they come: whatever they hold is answered line by line."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
