package demo

import (
	"crypto/ecdh"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/big"
	"time"

	"zoufang"
)

// township and village are the places with the people who work there.
type township struct {
	office
	staff []*hand
}

type village struct {
	settlement
	town         *township
	coordinators []*hand
	worker       *hand
	households   []*household
}

// settle invents areas, users and phones.
func (c *county) settle() {
	d := newDice(c.seed, "people")
	founded := c.day(days + 6).Add(9 * time.Hour)
	area := func(id zoufang.AreaID, name string) {
		c.plan.Areas = append(c.plan.Areas, zoufang.Area{ID: id, Record: d.record(founded), Code: string(id), Name: name})
	}
	namer := newNamer(d)
	enlist := func(role zoufang.Role, login string, phone string, areas ...zoufang.AreaID) *hand {
		sex := pick(d, []string{"男", "女"})
		u := zoufang.User{ID: zoufang.UserID(d.record(founded)), Name: namer.name(sex, d.between(1968, 1996)), Role: role, Areas: areas, Login: login, Created: founded.UnixMilli()}
		return c.enrol(d, u, phone, founded)
	}
	area(CountyCode, countyName)
	enlist(zoufang.Admin, "admin", "", CountyCode)
	enlist(zoufang.Auditor, "shenji", "", CountyCode)
	for i := 1; i <= 2; i++ {
		c.county = append(c.county, enlist(zoufang.County, fmt.Sprintf("minzheng%d", i), "县局平板", CountyCode))
	}
	for i, o := range offices {
		area(o.area, o.name)
		t := &township{office: o}
		for n := 1; n <= 2; n++ {
			t.staff = append(t.staff, enlist(zoufang.Township, fmt.Sprintf("%s%d", o.logins, n), "民政所电脑", o.area))
		}
		c.townships = append(c.townships, t)
		var worker *hand
		if i < 2 {
			worker = enlist(zoufang.Worker, "", pick(d, phones), o.area)
		}
		for n, s := range o.village {
			area(s.area, s.name)
			v := &village{settlement: s, town: t, worker: worker}
			for range 2 - n%2 { // two for every other village
				v.coordinators = append(v.coordinators, enlist(zoufang.Coordinator, "", pick(d, phones), s.area))
			}
			c.villages = append(c.villages, v)
		}
	}
	c.grantChildren()
}

// grantChildren lets one person in each office, and the first coordinator of
// each first village, open the files of children.
func (c *county) grantChildren() {
	grant := func(h *hand) {
		for i := range c.plan.Users {
			if c.plan.Users[i].ID == h.user.ID {
				c.plan.Users[i].Grants = []zoufang.Grant{zoufang.Children}
			}
		}
	}
	grant(c.county[0])
	for _, t := range c.townships {
		grant(t.staff[0])
	}
	for i := 0; i < len(c.villages); i += 4 {
		grant(c.villages[i].coordinators[0])
	}
}

var phones = []string{"红米 9A", "荣耀 畅玩 20", "vivo Y30", "OPPO A11x", "华为 畅享 20", "realme V3", "小米 平板 5"}

// enrol adds a user, and unless phone is "" a phone in the user's hand.
func (c *county) enrol(d dice, u zoufang.User, phone string, at time.Time) *hand {
	c.plan.Users = append(c.plan.Users, u)
	if phone == "" {
		return nil
	}
	x, y, err := point(d)
	if err != nil {
		c.fail(err)
	}
	h := &hand{c: c, user: &u, dice: newDice(c.seed, "hand "+u.Name+string(u.ID)), clock: at, heard: at}
	h.device = zoufang.Device{ID: zoufang.DeviceID(d.token(16)), User: u.ID, X: x, Y: y, Name: phone,
		Platform: "Android", App: "1.0.0", Enrolled: at.UnixMilli(), Seen: c.now.UnixMilli()}
	c.plan.Devices = append(c.plan.Devices, h.device)
	return h
}

// point finds a point of P-256 by its x alone, so that nobody, not even who knows
// the seed, has the private key to a demo phone.
func point(d dice) (x, y string, err error) {
	p := elliptic.P256().Params()
	for {
		h := sha256.Sum256(binary.BigEndian.AppendUint64(nil, d.Uint64()))
		bx := new(big.Int).SetBytes(h[:])
		if bx.Cmp(p.P) >= 0 {
			continue
		}
		square := new(big.Int).Exp(bx, big.NewInt(3), p.P) // y² = x³ − 3x + b
		square.Sub(square, new(big.Int).Mul(bx, big.NewInt(3)))
		square.Add(square, p.B).Mod(square, p.P)
		by := new(big.Int).ModSqrt(square, p.P)
		if by == nil {
			continue
		}
		raw := append([]byte{4}, append(bx.FillBytes(make([]byte, 32)), by.FillBytes(make([]byte, 32))...)...)
		if _, err := ecdh.P256().NewPublicKey(raw); err != nil {
			return "", "", fmt.Errorf("invent a device key: %w", err)
		}
		return base64.RawURLEncoding.EncodeToString(raw[1:33]), base64.RawURLEncoding.EncodeToString(raw[33:]), nil
	}
}
