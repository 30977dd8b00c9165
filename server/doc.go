// Package server owns the one HTTP server: which routes there are, what every
// reply carries, what is logged and counted of requests, and how the server
// starts and ends.
//
// It wires the phone protocol (mobileapi) and the staff pages (server/staff) to
// the ports of storage and names no adapter. Areas, people and codes are kept in
// server/operator, backups in server/backup; the program is server/zoufang.
package server
