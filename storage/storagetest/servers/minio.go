package servers

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// S3 is an object store.
type S3 struct {
	// About says what it is, for people.
	About string
	// Endpoint is a URL; the keys may make buckets.
	Endpoint, AccessKey, SecretKey string

	process *process // nil: given
	private bool
	dropped sync.Map // buckets that are removed when their test ends
}

var sharedS3 struct {
	sync.Mutex
	server *S3
	failed error // the next test would wait in vain as long
}

// Minio gives the object store that all tests of this process, and of processes it
// starts, share.
func Minio(t testing.TB) *S3 {
	t.Helper()
	skipping(t, "S3", envS3Skip)
	sharedS3.Lock()
	defer sharedS3.Unlock()
	if sharedS3.server == nil && sharedS3.failed == nil {
		s, err := sharingS3(t)
		if err == nil {
			handDown(envS3, s.Endpoint, envS3Access, s.AccessKey, envS3Secret, s.SecretKey, envS3About, s.About)
		}
		sharedS3.server, sharedS3.failed = s, err
	}
	must(t, sharedS3.failed)
	used(t, "S3: "+sharedS3.server.About)
	return sharedS3.server
}

func sharingS3(t testing.TB) (*S3, error) {
	s := &S3{About: os.Getenv(envS3About), Endpoint: os.Getenv(envS3), AccessKey: os.Getenv(envS3Access), SecretKey: os.Getenv(envS3Secret)}
	if s.Endpoint == "" {
		return launchMinio(t)
	}
	if s.About == "" {
		s.About = "the store given by " + envS3
	}
	return s, nil
}

// PrivateMinio starts a store for this test alone, which may Kill, Stop and Start
// it. It is gone when the test ends.
func PrivateMinio(t testing.TB) *S3 {
	t.Helper()
	skipping(t, "S3", envS3Skip)
	s, err := launchMinio(t)
	must(t, err)
	s.private = true
	t.Cleanup(func() {
		if err := s.process.close(); err != nil {
			t.Errorf("cleaning up after MinIO: %v", err)
		}
	})
	used(t, "S3: "+s.About)
	return s
}

func launchMinio(t testing.TB) (*S3, error) {
	program, err := ensure(t, "S3", envS3Skip, minioProgram)
	if err != nil {
		return nil, err
	}
	s := &S3{About: program.about, AccessKey: "zoufang", SecretKey: "only-for-tests", process: &process{name: "minio"}}
	s.process.command = func(dir string, port int) *exec.Cmd {
		cmd := exec.Command(program.path, "server", filepath.Join(dir, "data"), "--address", address(port), "--certs-dir", filepath.Join(dir, "certs"), "--quiet")
		cmd.Env = append(os.Environ(), "MINIO_ROOT_USER="+s.AccessKey, "MINIO_ROOT_PASSWORD="+s.SecretKey,
			"MINIO_BROWSER=off", "MINIO_UPDATE=off", "MINIO_CI_CD=1") // CI_CD: data may lie on the root disk
		return cmd
	}
	s.process.ready = func(ctx context.Context) error { return readyMinio(ctx, address(s.process.port)) }
	err = launch(t.Context(), s.process)
	s.Endpoint = "http://" + address(s.process.port)
	return s, err
}

func readyMinio(ctx context.Context, addr string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/minio/health/cluster", nil)
	if err != nil {
		return err
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("it says %s", resp.Status)
	}
	return nil
}
