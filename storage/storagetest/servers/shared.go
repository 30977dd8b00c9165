package servers

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
)

// envChild marks processes that a test started. They use what their parent has,
// and leave it to the parent to clean up.
const envChild = "ZOUFANG_TEST_SERVERS_CHILD"

var child = os.Getenv(envChild) != ""

// handDown puts names and values where processes that this one starts find them.
func handDown(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		os.Setenv(pairs[i], pairs[i+1])
	}
	os.Setenv(envChild, "1")
}

// named gives a database or bucket name for a key of any form.
func named(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "zt" + hex.EncodeToString(sum[:8])
}
