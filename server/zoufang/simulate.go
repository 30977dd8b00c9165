package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"zoufang"
	"zoufang/internal/simulate"
	"zoufang/server/operator"
	"zoufang/storage"
)

// simulatePhones makes coordinators in the villages there are, and hands their
// codes to the simulation.
func simulatePhones(ctx context.Context, c *call) (any, error) {
	if c.URL == "" {
		return nil, usagef("--url is needed: --listen names no port")
	}
	if c.Phones < 1 || c.Phones > 10_000 || c.Visits < 0 || c.Visits > 10_000_000 {
		return nil, usagef("--phones must be 1 to 10000 and --visits 0 to 10000000")
	}
	return with(ctx, c.read, func(s *store) (any, error) {
		crowd, err := newCrowd(ctx, s, c)
		if err != nil {
			return nil, err
		}
		sum, err := simulate.Run(ctx, simulate.Config{URL: c.URL, Phones: c.Phones, Visits: c.Visits, Seed: c.Seed, Enrol: crowd.code, Progress: c.stderr})
		if err != nil {
			return nil, err
		}
		if !sum.OK() {
			return sum, errFaults
		}
		return sum, nil
	})
}

// crowd has one coordinator in each village, made when first asked for.
type crowd struct {
	operator *operator.Operator
	villages []zoufang.AreaID
	mu       sync.Mutex
	users    map[zoufang.AreaID]zoufang.UserID
}

func newCrowd(ctx context.Context, s *store, c *call) (*crowd, error) {
	r := &crowd{operator: s.operator(c.now), users: map[zoufang.AreaID]zoufang.UserID{}}
	err := s.View(ctx, func(v storage.View) error {
		areas, err := v.Areas()
		for id := range areas {
			if len(id.Prefix()) == 12 {
				r.villages = append(r.villages, id)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(r.villages) == 0 {
		return nil, errors.New("the store has no villages: import areas, or serve --demo")
	}
	slices.Sort(r.villages)
	// Phones are to meet: four on a village, as far as there are villages.
	r.villages = r.villages[:min(len(r.villages), max(1, (c.Phones+3)/4))]
	return r, nil
}

func (r *crowd) code(ctx context.Context, i int) (string, error) {
	village := r.villages[i%len(r.villages)]
	id, err := r.user(ctx, village)
	if err != nil {
		return "", err
	}
	e, err := r.operator.Enrol(ctx, id, time.Hour)
	return e.Code, err
}

func (r *crowd) user(ctx context.Context, village zoufang.AreaID) (zoufang.UserID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id, ok := r.users[village]; ok {
		return id, nil
	}
	u, _, err := r.operator.AddUser(ctx, operator.NewUser{Name: fmt.Sprintf("模拟协理员%d", len(r.users)+1), Role: zoufang.Coordinator, Areas: []zoufang.AreaID{village}})
	if err == nil {
		r.users[village] = u.ID
	}
	return u.ID, err
}
