package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"zoufang"
)

const (
	format       = 1
	manifestName = "manifest.json"
	dbName       = "zoufang.db"
	keysName     = "keys.json"
	sealName     = "SHA256"
	mediaDir     = "media/"
	maxManifest  = 512 << 20 // bytes; some four million media
	maxKeys      = 1 << 20   // bytes
)

// manifest is the first entry: what the others are.
type manifest struct {
	Format  int    `json:"format"`
	Product string `json:"product"`
	Created string `json:"created"`
	Epoch   string `json:"epoch"`
	Clock   int64  `json:"clock"` // what was answered before is in here
	Files   []part `json:"files"` // in the order they stand
}

type part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

func (m *manifest) media() int {
	n := 0
	for _, f := range m.Files {
		if strings.HasPrefix(f.Name, mediaDir) {
			n++
		}
	}
	return n
}

func mediaName(d zoufang.Digest) string { return mediaDir + string(d[:2]) + "/" + string(d) }

// list fills in the files: the database's copy, the keys, every object there is.
func (p *Place) list(ctx context.Context, m *manifest, db string, keys []byte) error {
	own, err := describe(dbName, db)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(keys)
	m.Files = []part{own, {keysName, int64(len(keys)), hex.EncodeToString(sum[:])}}
	var media []part
	err = p.Blobs.Each(ctx, func(d zoufang.Digest, size int64) error {
		media = append(media, part{mediaName(d), size, string(d)})
		return nil
	})
	if err != nil {
		return err
	}
	sort.Slice(media, func(i, j int) bool { return media[i].Name < media[j].Name })
	m.Files = append(m.Files, media...)
	return nil
}

func describe(name, file string) (part, error) {
	f, err := os.Open(file)
	if err != nil {
		return part{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return part{name, n, hex.EncodeToString(h.Sum(nil))}, err
}

// readManifest reads and holds a manifest to what this program writes.
func readManifest(r io.Reader, size int64) (*manifest, error) {
	if size > maxManifest {
		return nil, errors.New("its manifest is too long")
	}
	b, err := io.ReadAll(io.LimitReader(r, maxManifest+1))
	if err != nil {
		return nil, fmt.Errorf("its manifest cannot be read: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("its manifest cannot be read: %w", err)
	}
	if m.Format != format {
		return nil, fmt.Errorf("it has format %d and this program reads %d", m.Format, format)
	}
	if len(m.Files) < 2 || m.Files[0].Name != dbName || m.Files[1].Name != keysName {
		return nil, errors.New("its manifest names no database and keys")
	}
	for i, f := range m.Files {
		if f.Size < 0 || !zoufang.Digest(f.SHA256).Valid() || i > 1 && f.Name != mediaName(zoufang.Digest(f.SHA256)) {
			return nil, fmt.Errorf("its manifest describes file %d wrongly", i+1)
		}
		if i > 2 && f.Name <= m.Files[i-1].Name {
			return nil, errors.New("its manifest is out of order")
		}
	}
	return &m, nil
}
