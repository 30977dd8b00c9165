package e2e_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// snapshot is all that a stopped server keeps, as somebody copies it behind the
// program's back.
type snapshot struct {
	dir       string // of a data directory
	documents map[string][]any
	indexes   map[string][]bson.M // but for those of _id
	objects   map[string][]byte
}

func (s *server) snapshot() snapshot {
	s.Helper()
	if s.at == nil {
		dir := filepath.Join(s.TempDir(), "snapshot")
		s.must(os.CopyFS(dir, os.DirFS(s.data)))
		return snapshot{dir: dir}
	}
	was := snapshot{documents: s.documents(), indexes: map[string][]bson.M{}, objects: s.contents()}
	s.database(func(ctx context.Context, db *mongo.Database) {
		for name := range was.documents {
			found, err := db.Collection(name).Indexes().List(ctx)
			s.must(err)
			var indexes []bson.M
			s.must(found.All(ctx, &indexes))
			was.indexes[name] = slices.DeleteFunc(indexes, func(i bson.M) bool { return i["name"] == "_id_" })
		}
	})
	return was
}

// putBack makes the snapshot what the stopped server keeps.
func (s *server) putBack(was snapshot) {
	s.Helper()
	if s.at == nil {
		s.must(os.RemoveAll(s.data))
		s.must(os.CopyFS(s.data, os.DirFS(was.dir)))
		return
	}
	s.database(func(ctx context.Context, db *mongo.Database) {
		s.must(db.Drop(ctx))
		for name, documents := range was.documents {
			c := db.Collection(name)
			if len(documents) > 0 {
				_, err := c.InsertMany(ctx, documents)
				s.must(err)
			}
			if indexes := was.indexes[name]; len(indexes) > 0 {
				s.must(db.RunCommand(ctx, bson.D{{Key: "createIndexes", Value: name}, {Key: "indexes", Value: indexes}}).Err())
			}
		}
	})
	s.putMediaBack(was)
}

// putMediaBack does the same to the media alone.
func (s *server) putMediaBack(was snapshot) {
	s.Helper()
	s.loseMedia()
	if s.at == nil {
		s.must(os.CopyFS(filepath.Join(s.data, "media"), os.DirFS(filepath.Join(was.dir, "media"))))
		return
	}
	for key, content := range was.objects {
		if isMedia(key) {
			_, err := s.objects().PutObject(s.Context(), s.at.bucket, key, bytes.NewReader(content), int64(len(content)), minio.PutObjectOptions{})
			s.must(err)
		}
	}
}

// loseMedia removes all media and unfinished uploads.
func (s *server) loseMedia() {
	s.Helper()
	if s.at == nil {
		s.must(os.RemoveAll(filepath.Join(s.data, "media")))
		return
	}
	for key := range s.contents() {
		if isMedia(key) {
			s.must(s.objects().RemoveObject(s.Context(), s.at.bucket, key, minio.RemoveObjectOptions{}))
		}
	}
}

func isMedia(key string) bool {
	return strings.HasPrefix(key, "media/") || strings.HasPrefix(key, "uploads/")
}

// documents are those of the database, by collection.
func (s *server) documents() map[string][]any {
	s.Helper()
	all := map[string][]any{}
	s.database(func(ctx context.Context, db *mongo.Database) {
		names, err := db.ListCollectionNames(ctx, bson.D{})
		s.must(err)
		for _, name := range names {
			found, err := db.Collection(name).Find(ctx, bson.D{})
			s.must(err)
			all[name] = []any{}
			for found.Next(ctx) {
				all[name] = append(all[name], bson.Raw(bytes.Clone(found.Current)))
			}
			s.must(found.Err())
		}
	})
	return all
}

// contents are the objects of the bucket.
func (s *server) contents() map[string][]byte {
	s.Helper()
	all := map[string][]byte{}
	c := s.objects()
	for o := range c.ListObjects(s.Context(), s.at.bucket, minio.ListObjectsOptions{Recursive: true}) {
		s.must(o.Err)
		r, err := c.GetObject(s.Context(), s.at.bucket, o.Key, minio.GetObjectOptions{})
		s.must(err)
		all[o.Key], err = io.ReadAll(r)
		s.must(err)
		r.Close()
	}
	return all
}

// files gives what lies below a directory, by path. Some may end meanwhile.
func (s *server) files(dir string) map[string][]byte {
	s.Helper()
	all := map[string][]byte{}
	s.must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all[path], _ = os.ReadFile(path)
		}
		return nil
	}))
	return all
}

// everythingKept is all that stays when the server is off, and its log.
func (s *server) everythingKept() map[string][]byte {
	s.Helper()
	all := s.files(filepath.Dir(s.data))
	if s.at == nil {
		return all
	}
	for key, content := range s.contents() {
		all[key] = content
	}
	for name, documents := range s.documents() {
		for _, d := range documents {
			all[name] = append(all[name], d.(bson.Raw)...)
		}
	}
	return all
}
