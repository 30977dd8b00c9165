package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"zoufang"
	"zoufang/qrcodes"
	"zoufang/server/operator"
)

// publishContent gives the top areas the forms and rules of the program. Where the
// areas leave no place for them, it says so.
func (c *call) publishContent(ctx context.Context, s *store) error {
	_, err := s.operator(c.now).PublishContent(ctx)
	var scattered *operator.ScatteredError
	if errors.As(err, &scattered) {
		c.say("Forms and rules are not published: %v.", err)
		return nil
	}
	return err
}

type addedUser struct {
	ID       zoufang.UserID `json:"id"`
	Login    string         `json:"login,omitempty"`
	Password string         `json:"password,omitempty"`
}

func userAdd(ctx context.Context, c *call) (any, error) {
	for flag, value := range map[string]string{"name": c.Name, "role": c.Role, "area": c.Area} {
		if err := need(flag, value); err != nil {
			return nil, err
		}
	}
	n := operator.NewUser{Name: c.Name, Role: zoufang.Role(c.Role), Login: c.Login, Children: c.Children, Areas: areaCodes(c.Area)}
	return with(ctx, c.writing, func(s *store) (any, error) {
		u, password, err := s.operator(c.now).AddUser(ctx, n)
		if err != nil {
			return nil, err
		}
		if password != "" {
			c.say("The password is shown this once; it must be changed at the first sign-in.")
		}
		return addedUser{u.ID, u.Login, password}, nil
	})
}

func areaCodes(list string) (out []zoufang.AreaID) {
	for _, code := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		out = append(out, zoufang.AreaID(code))
	}
	return out
}

type listedUser struct {
	ID       zoufang.UserID   `json:"id"`
	Name     string           `json:"name"`
	Role     zoufang.Role     `json:"role"`
	Areas    []zoufang.AreaID `json:"areas"`
	Grants   []zoufang.Grant  `json:"grants,omitempty"`
	Login    string           `json:"login,omitempty"`
	Disabled bool             `json:"disabled"`
	Created  int64            `json:"created"`
}

func userList(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		users, err := s.Users(ctx)
		out := make([]listedUser, 0, len(users))
		for _, u := range users {
			out = append(out, listUser(u))
		}
		return out, err
	})
}

func listUser(u zoufang.User) listedUser {
	return listedUser{u.ID, u.Name, u.Role, u.Areas, u.Grants, u.Login, u.Disabled, u.Created}
}

type enrolment struct {
	Code    string `json:"code"`
	URL     string `json:"url"`
	Expires int64  `json:"expires"` // Unix ms
}

func enrol(ctx context.Context, c *call) (any, error) {
	if err := need("user", c.User); err != nil {
		return nil, err
	}
	if err := c.reach(); err != nil {
		return nil, err
	}
	return with(ctx, c.writing, func(s *store) (any, error) {
		e, err := s.operator(c.now).Enrol(ctx, zoufang.UserID(c.User), time.Duration(c.Minutes)*time.Minute)
		if err != nil {
			return nil, err
		}
		out := enrolment{e.Code, phoneLink(c.URL, e.Code), e.Expires.UnixMilli()}
		picture, err := qrcodes.Terminal(out.URL)
		if err != nil {
			return nil, err
		}
		c.say("%sScan it with the phone's browser within %d minutes, or type the code there: %s. It works once.", picture, c.Minutes, e.Code)
		return out, nil
	})
}

// phoneLink carries the code where no server log sees it.
func phoneLink(base, code string) string { return base + "/phone/#enrol=" + code }
