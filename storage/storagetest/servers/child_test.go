package servers

import (
	"os"
	"os/exec"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// A process that a test starts works on the server and database of its parent, and
// leaves them to it.
func TestChild(t *testing.T) {
	c := things(t, Mongo(t).Database(t, "TestChild"))
	if _, err := c.InsertOne(t.Context(), bson.D{}); err != nil {
		t.Fatal(err)
	}
	const env = "ZOUFANG_TEST_SERVERS_IN_CHILD"
	if os.Getenv(env) != "" {
		if n := count(t, c); n != 2 || !child || sharedMongo.server.process != nil {
			t.Errorf("the child sees %d", n)
		}
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestChild$")
	cmd.Env = append(os.Environ(), env+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := count(t, c); n != 2 {
		t.Errorf("after the child there are %d", n)
	}
}
