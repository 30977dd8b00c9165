package mongostore

import (
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
)

// maxPeople bounds what is remembered of people; past it all is forgotten.
const maxPeople = 10_000

// peopleCache remembers users and devices as they are while the counts in meta are
// those it was filled at. A nil is known to be missing.
type peopleCache struct {
	mu      sync.Mutex
	epoch   string
	people  int64
	users   map[zoufang.UserID]*zoufang.User
	devices map[zoufang.DeviceID]*zoufang.Device
}

// fits makes the cache ready for a snapshot. It reports false for an older one,
// which can't use it.
func (c *peopleCache) fits(m meta) bool {
	if c.users != nil && c.epoch == m.Epoch && m.People < c.people {
		return false
	}
	if c.users == nil || c.epoch != m.Epoch || c.people != m.People || len(c.users)+len(c.devices) >= maxPeople {
		c.epoch, c.people = m.Epoch, m.People
		c.users, c.devices = map[zoufang.UserID]*zoufang.User{}, map[zoufang.DeviceID]*zoufang.Device{}
	}
	return true
}

// remembered gives somebody as the snapshot has them, a copy of the caller's own:
// from the cache, where it fits, else as read.
func remembered[K ~string, D, V any](v *view, what string, id K, of func(*peopleCache) map[K]*V, c *mongo.Collection,
	read func(*D) (*V, error), own func(*V) *V) (*V, error) {
	m, err := v.ownMeta()
	if err != nil {
		return nil, err
	}
	cache := &v.s.records.people
	cache.mu.Lock()
	if cache.fits(m) {
		if known, ok := of(cache)[id]; ok {
			cache.mu.Unlock()
			return own(known), nil
		}
	}
	cache.mu.Unlock()
	var found *V
	err = each(v, c, byID(string(id)), options.Find().SetLimit(1), func(d *D) (bool, error) {
		var err error
		found, err = read(d)
		return false, err
	})
	if err != nil {
		return nil, v.fail(what, err)
	}
	kept := own(found)
	*v.later = append(*v.later, func() {
		cache.mu.Lock()
		defer cache.mu.Unlock()
		if cache.fits(m) {
			of(cache)[id] = kept
		}
	})
	return found, nil
}

func (v *view) User(id zoufang.UserID) (*zoufang.User, error) {
	return remembered(v, "user", id, func(c *peopleCache) map[zoufang.UserID]*zoufang.User { return c.users }, v.s.db.Collection(colUsers),
		func(d *userDoc) (*zoufang.User, error) { return d.user(v.s.sealer) }, copyOf)
}

func copyOf(u *zoufang.User) *zoufang.User {
	if u == nil {
		return nil
	}
	own := *u
	own.Areas, own.Grants = slices.Clone(u.Areas), slices.Clone(u.Grants)
	return &own
}

// Device gives a device. When it was seen may lag.
func (v *view) Device(id zoufang.DeviceID) (*zoufang.Device, error) {
	return remembered(v, "device", id, func(c *peopleCache) map[zoufang.DeviceID]*zoufang.Device { return c.devices }, v.s.db.Collection(colDevices),
		func(d *deviceDoc) (*zoufang.Device, error) {
			device := d.device()
			return &device, nil
		},
		func(d *zoufang.Device) *zoufang.Device {
			if d == nil {
				return nil
			}
			own := *d
			return &own
		})
}
