// Package servers gives tests real servers: MongoDB, S3, and a proxy that spoils
// the line to them. It owns finding them (given by the environment, on the PATH,
// or built once into the user's cache), their processes and directories, and the
// report of what the tests ran on. It hands on addresses.
//
// A server that cannot be had fails the test. Only ZOUFANG_TEST_SKIP_MONGODB=1 or
// ZOUFANG_TEST_SKIP_MINIO=1 make it a skipped one.
//
// Shared servers are one per test process, and processes it starts use the same:
// the address is put into this process's environment, where children find it. A
// private server belongs to one test, which may kill it and start it again.
//
// Nothing outlives the test process, however it ends, kill -9 included: a guard
// (see guard.go) holds a pipe from it and cleans up when that closes.
package servers

// What the environment may say.
const (
	// A MongoDB that is there already; its sharded or replicated form is up to
	// whoever gives it. About says in a few words what it is.
	envMongo      = "ZOUFANG_TEST_MONGODB_URI"
	envMongoAbout = "ZOUFANG_TEST_MONGODB_ABOUT"
	envMongoSkip  = "ZOUFANG_TEST_SKIP_MONGODB"

	// An S3 store that is there already, and a pair of keys that may make buckets.
	envS3       = "ZOUFANG_TEST_S3_ENDPOINT"
	envS3Access = "ZOUFANG_TEST_S3_ACCESS_KEY"
	envS3Secret = "ZOUFANG_TEST_S3_SECRET_KEY"
	envS3About  = "ZOUFANG_TEST_S3_ABOUT"
	envS3Skip   = "ZOUFANG_TEST_SKIP_MINIO"

	// A file to which one line is added for each server used or skipped.
	envUsed = "ZOUFANG_TEST_SERVERS_USED"
)
