package sqlitestore

import (
	"encoding/hex"
	"slices"

	"zoufang"
	"zoufang/storage"
)

func (v *view) Medium(d zoufang.Digest) (*storage.Medium, error) {
	b, err := digest(d)
	if err != nil {
		return nil, nil // nothing can be stored under such a name
	}
	row, err := v.c.one("SELECT "+mediumColumns+" FROM media WHERE digest = ?", b)
	if err != nil || row == nil {
		return nil, v.wrap("medium", err)
	}
	m := medium(row)
	return &m, nil
}

const mediumColumns = "digest, type, size, at, flaw"

func medium(row row) storage.Medium {
	return storage.Medium{
		Digest: zoufang.Digest(hex.EncodeToString(blob(row[0]))),
		Type:   text(row[1]), Size: integer(row[2]), At: integer(row[3]), Flaw: zoufang.Flaw(text(row[4])),
	}
}

func (v *view) Names(d zoufang.Digest) (storage.MediumNames, error) {
	var out storage.MediumNames
	b, err := digest(d)
	if err != nil {
		return out, nil
	}
	for _, role := range []storage.NameRole{storage.NamedByUser, storage.SentByDevice, storage.WillOfDevice} {
		err := v.c.each(namedAs, func(row row) (bool, error) {
			out.Add(role, text(row[0]))
			return true, v.ended()
		}, b, string(role))
		if err != nil {
			return out, v.wrap("names", err)
		}
	}
	n, err := v.c.number(recorded, b)
	out.Recorded = n != 0
	return out, v.wrap("names", err)
}

const (
	namedAs      = "SELECT id FROM names WHERE digest = ? AND role = ? ORDER BY place, id"
	namedBy      = "SELECT EXISTS (SELECT 1 FROM names WHERE digest = ? AND role = ? AND place = '' AND id = ?)"
	recorded     = "SELECT EXISTS (SELECT 1 FROM names WHERE digest = ? AND role = 'r')"
	listArrivals = "SELECT digest FROM arrivals ORDER BY digest LIMIT ?" // from its beginning
	placeAt      = "SELECT place FROM names WHERE digest = ? AND role = 'r' AND place >= ? ORDER BY place LIMIT 1"
)

func (v *view) Readable(r storage.Reader, media ...zoufang.Digest) ([]storage.Medium, error) {
	places := r.Places()
	asked := map[zoufang.Digest]bool{}
	var out []storage.Medium
	for _, d := range media {
		if asked[d] {
			continue
		}
		asked[d] = true
		m, err := v.Medium(d)
		if err != nil {
			return nil, err
		}
		if m == nil {
			continue
		}
		b, _ := digest(d)
		may, err := v.mayRead(b, r, places)
		if err != nil {
			return nil, v.wrap("readable", err)
		}
		if may {
			out = append(out, *m)
		}
	}
	return out, nil
}

func (v *view) mayRead(d []byte, r storage.Reader, places []string) (bool, error) {
	if err := v.ended(); err != nil {
		return false, err
	}
	for role, id := range map[storage.NameRole]string{storage.NamedByUser: string(r.User), storage.SentByDevice: string(r.Device)} {
		if id == "" {
			continue
		}
		if n, err := v.c.number(namedBy, d, string(role), id); err != nil || n != 0 {
			return n != 0, err
		}
	}
	// The places of the medium and the reader's are both sorted: each look passes over
	// all of one that lie before the next of the other.
	for len(places) > 0 {
		row, err := v.c.one(placeAt, d, places[0])
		if err != nil || row == nil {
			return false, err
		}
		at := text(row[0])
		i, found := slices.BinarySearch(places, at)
		if found {
			return true, nil
		}
		places = places[i:]
	}
	return false, nil
}

func (v *view) Arrivals(most int) ([]zoufang.Digest, error) {
	var out []zoufang.Digest
	err := v.c.each(listArrivals, func(row row) (bool, error) {
		out = append(out, zoufang.Digest(hex.EncodeToString(blob(row[0]))))
		return true, v.ended()
	}, int64(most))
	return out, v.wrap("arrivals", err)
}
