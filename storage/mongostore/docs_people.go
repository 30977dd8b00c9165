package mongostore

import (
	"strings"

	"zoufang"
	"zoufang/storage"
)

type userDoc struct {
	ID    string `bson:"_id"`
	Login string `bson:"login,omitempty"` // in lower case
	Data  []byte `bson:"data"`            // sealed
}

func newUserDoc(s storage.Sealer, u zoufang.User) (*userDoc, error) {
	data, err := storage.EncodeUser(s, u)
	return &userDoc{ID: string(u.ID), Login: strings.ToLower(u.Login), Data: data}, err
}

func (d *userDoc) user(s storage.Sealer) (*zoufang.User, error) {
	return storage.DecodeUser(s, zoufang.UserID(d.ID), d.Data)
}

type deviceDoc struct {
	ID       string `bson:"_id"`
	User     string `bson:"user"`
	X        string `bson:"x"`
	Y        string `bson:"y"`
	Name     string `bson:"name"`
	Platform string `bson:"platform"`
	App      string `bson:"app"`
	Enrolled int64  `bson:"enrolled"`
	Seen     int64  `bson:"seen"`
	Revoked  int64  `bson:"revoked"`
}

func newDeviceDoc(d zoufang.Device) *deviceDoc {
	return &deviceDoc{
		ID: string(d.ID), User: string(d.User), X: d.X, Y: d.Y, Name: d.Name, Platform: d.Platform, App: d.App,
		Enrolled: d.Enrolled, Seen: d.Seen, Revoked: d.Revoked,
	}
}

func (d *deviceDoc) device() zoufang.Device {
	return zoufang.Device{
		ID: zoufang.DeviceID(d.ID), User: zoufang.UserID(d.User), X: d.X, Y: d.Y, Name: d.Name, Platform: d.Platform, App: d.App,
		Enrolled: d.Enrolled, Seen: d.Seen, Revoked: d.Revoked,
	}
}

type codeDoc struct {
	Hash    string `bson:"_id"`
	User    string `bson:"user"`
	Expires int64  `bson:"expires"`
	Device  string `bson:"device,omitempty"` // it was spent on
}

type sessionDoc struct {
	ID      string `bson:"_id"`
	User    string `bson:"user"`
	Hash    string `bson:"hash"`
	Was     string `bson:"was"`
	Turned  int64  `bson:"turned"`
	Expires int64  `bson:"expires"`
}

func newSessionDoc(n storage.Session) *sessionDoc {
	return &sessionDoc{ID: n.ID, User: string(n.User), Hash: n.Hash, Was: n.Was, Turned: n.Turned, Expires: n.Expires}
}

func (d *sessionDoc) session() *storage.Session {
	return &storage.Session{ID: d.ID, User: zoufang.UserID(d.User), Hash: d.Hash, Was: d.Was, Turned: d.Turned, Expires: d.Expires}
}

type keyDoc struct {
	ID      string `bson:"_id"`
	Purpose string `bson:"purpose"`
	Name    string `bson:"id"`
	Created int64  `bson:"created"`
	Secret  []byte `bson:"secret"` // sealed
}

func newKeyDoc(s storage.Sealer, k storage.Key) (*keyDoc, error) {
	secret, err := storage.SealKey(s, k)
	return &keyDoc{ID: k.Purpose + "/" + k.ID, Purpose: k.Purpose, Name: k.ID, Created: k.Created, Secret: secret}, err
}

func (d *keyDoc) key(s storage.Sealer) (storage.Key, error) {
	secret, err := storage.OpenKey(s, d.Purpose, d.Name, d.Secret)
	return storage.Key{ID: d.Name, Purpose: d.Purpose, Created: d.Created, Secret: secret}, err
}
