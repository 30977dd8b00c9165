package minioblob

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Config says where a bucket is and who asks for it.
type Config struct {
	Endpoint  string // http://host:port or https://host
	Region    string // "" when the store or its host name tells
	Bucket    string // made when it is missing, unless ReadOnly
	AccessKey string
	SecretKey string
	Now       func() time.Time

	// ReadOnly asks for keys that may only read, and for a bucket that is there:
	// nothing is made, tried or set, and whatever would write fails.
	ReadOnly bool
}

// String leaves out the keys, so that no log line can carry them.
func (c Config) String() string { return "bucket " + c.Bucket }

// GoString is String for %#v.
func (c Config) GoString() string { return c.String() }

const (
	tries        = 5 // of one request, by the client itself, with growing pauses
	idleConns    = 64
	answerWithin = 30 * time.Second
)

// connect makes a client; it does not ask the store anything. The endpoint is
// never quoted: it may carry what does not belong there.
func connect(c Config) (*bucket, error) {
	u, err := url.Parse(c.Endpoint)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", strings.Trim(u.Path, "/") != "", u.RawQuery != "", u.Fragment != "":
		return nil, errors.New("object store: the endpoint must be http://HOST:PORT or https://HOST")
	case u.User != nil:
		return nil, errors.New("object store: keys do not belong in the endpoint")
	case c.Bucket == "":
		return nil, errors.New("object store: no bucket is named")
	case c.AccessKey == "" || c.SecretKey == "":
		return nil, errors.New("object store: the access key or the secret key is missing")
	case c.Now == nil:
		return nil, errors.New("object store: no clock")
	}
	transport, err := minio.DefaultTransport(u.Scheme == "https")
	if err != nil {
		return nil, errors.New("object store: no transport")
	}
	transport.MaxIdleConnsPerHost = idleConns
	api, err := minio.NewCore(u.Host, &minio.Options{
		Creds:      credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""),
		Secure:     u.Scheme == "https",
		Region:     c.Region,
		Transport:  transport,
		MaxRetries: tries,
	})
	if err != nil {
		return nil, errors.New("object store: the endpoint must be http://HOST:PORT or https://HOST")
	}
	return &bucket{api: api, name: c.Bucket, place: u.Host + "/" + c.Bucket, now: c.Now, readOnly: c.ReadOnly}, nil
}
