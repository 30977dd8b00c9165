package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zoufang/internal/seal"
	"zoufang/storage"
	"zoufang/storage/minioblob"
	"zoufang/storage/mongostore"
)

// production names the stores of a service that runs in several copies. All of it
// comes from the environment alone: a command line is read by everybody on the
// machine.
type production struct {
	MongoDB string   `env:"MONGODB_URI"` // its path names the database, zoufang without one
	S3      s3       `envPrefix:"S3_"`
	Bucket  string   `env:"S3_BUCKET" envDefault:"zoufang"`
	Backup  backupS3 `envPrefix:"BACKUP_S3_"`
}

// s3 is an object store and who asks it.
type s3 struct {
	Endpoint  string `env:"ENDPOINT"` // a URL
	Region    string `env:"REGION"`
	AccessKey string `env:"ACCESS_KEY"`
	SecretKey string `env:"SECRET_KEY"`
}

// backupS3 is where s3:// backups are, unless it is the object store of the media.
type backupS3 s3

// inUse reports whether the stores are these and not the data directory.
func (p *production) inUse() bool { return p.MongoDB != "" && p.S3.Endpoint != "" }

func (p *production) validate() error {
	if (p.MongoDB == "") != (p.S3.Endpoint == "") {
		return usagef("ZOUFANG_MONGODB_URI and ZOUFANG_S3_ENDPOINT go together; without both, everything is kept in --data")
	}
	return nil
}

func (o *s3) bucket(name string, now func() time.Time) minioblob.Config {
	return minioblob.Config{Endpoint: o.Endpoint, Region: o.Region, Bucket: name, AccessKey: o.AccessKey, SecretKey: o.SecretKey, Now: now}
}

// backupBucket is a bucket for backups.
func (p *production) backupBucket(name string, now func() time.Time) (minioblob.Config, error) {
	o := s3(p.Backup)
	if o.Endpoint == "" {
		o = p.S3
	}
	if o.Endpoint == "" {
		return minioblob.Config{}, usagef("ZOUFANG_BACKUP_S3_ENDPOINT, …_ACCESS_KEY and …_SECRET_KEY say where s3:// is; they are not set")
	}
	return o.bucket(name, now), nil
}

// keyring is where the bucket keeps the keyring unless --keys names a file. The
// database then holds what is sealed and the object store what opens it.
const keyring = "keys/seal.json"

// filling opens for a command that fills the store, also where one did not end.
func (c *call) filling(ctx context.Context) (*store, error) {
	if c.Production.inUse() {
		return c.openProduction(ctx, c.now, false, mongostore.ToLoad())
	}
	return c.writing(ctx)
}

// openProduction opens the stores in MongoDB and the bucket. With readOnly nothing
// is made or tried in the bucket, which may be full, or ours to read alone.
func (c *call) openProduction(ctx context.Context, now func() time.Time, readOnly bool, options ...mongostore.Option) (*store, error) {
	bucket := c.Production.S3.bucket(c.Production.Bucket, c.now)
	bucket.ReadOnly = readOnly
	blobs, err := minioblob.Open(ctx, bucket)
	if err != nil {
		return nil, err
	}
	s := &store{blobs: blobs}
	if s.keys, err = c.sharedKeys(ctx, blobs, readOnly); err != nil {
		return nil, fmt.Errorf("the keyring: %w", err)
	}
	s.engine, err = mongostore.Open(ctx, c.Production.MongoDB, s.keys, append(options, mongostore.WithClock(now))...)
	if err != nil {
		return nil, err
	}
	return s, s.opens(ctx)
}

// sharedKeys finds the keyring, and makes one only where nothing is sealed yet.
func (c *call) sharedKeys(ctx context.Context, blobs *minioblob.Store, readOnly bool) (*seal.Ring, error) {
	find, create, where := seal.Find, seal.Open, c.Keys
	if c.Keys == "" {
		files, err := blobs.Files("")
		if err != nil {
			return nil, err
		}
		cell := files.Cell(keyring)
		find = func(string) (*seal.Ring, error) { return seal.FindIn(ctx, cell) }
		create = func(string) (*seal.Ring, error) { return seal.OpenIn(ctx, cell) }
		where = keyring + " in the bucket " + c.Production.Bucket
	}
	ring, err := find(c.Keys)
	if !errors.Is(err, seal.ErrNone) {
		return ring, err
	}
	if readOnly {
		return nil, fmt.Errorf("%s is missing, and without it nothing can be read: either no server has begun yet, or another bucket or file is meant", where)
	}
	vacant, err := c.vacant(ctx)
	if err != nil {
		return nil, err
	}
	if vacant {
		return create(c.Keys)
	}
	// Another process may have made it, and begun, since it was looked for.
	if ring, err = find(c.Keys); errors.Is(err, seal.ErrNone) {
		err = fmt.Errorf("%s is missing: without it nothing in the database can be read; put it back, or name the bucket or file where it is", where)
	}
	return ring, err
}

// vacant reports whether nothing is sealed in the database yet.
func (c *call) vacant(ctx context.Context) (bool, error) {
	db, err := mongostore.Open(ctx, c.Production.MongoDB, noKeys{}, mongostore.WithClock(c.now))
	if errors.Is(err, mongostore.ErrHalfLoaded) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer db.Close()
	something := func(d storage.Dump) error {
		sealed := func(storage.Entry) error { return errSealed }
		return errors.Join(d.Each(storage.KindKey, sealed), d.Each(storage.KindUser, sealed), d.Each(storage.KindCommit, sealed))
	}
	if err = db.Dump(ctx, something); errors.Is(err, errSealed) {
		return false, nil
	}
	return err == nil, err
}

var errSealed = errors.New("something is sealed")

// noKeys opens nothing: whatever is asked of it says that something is sealed.
type noKeys struct{}

func (noKeys) Seal([]byte, []byte) ([]byte, error) { return nil, errSealed }

func (noKeys) Open([]byte, []byte) ([]byte, error) { return nil, errSealed }
