package sqlitestore

import (
	"encoding/hex"

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
	err = v.c.each("SELECT role, id FROM names WHERE digest = ? ORDER BY role, id", func(row row) (bool, error) {
		out.Add(storage.NameRole(text(row[0])), text(row[1]))
		return true, v.ended()
	}, b)
	return out, v.wrap("names", err)
}
