// Package qrcodes owns QR symbols: the text a code carries goes in, a picture of
// it comes out. It is the one home of the symbol library. What a poster, leaflet
// or card prints around a symbol will live here too.
package qrcodes
