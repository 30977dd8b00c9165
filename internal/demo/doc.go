// Package demo invents the demo county 990101: its areas, people, phones, roster
// and 90 days of work, made through the same commit lines that real phones send.
//
// It owns the invention alone: [County] returns a [Plan], the same bytes for the
// same seed and time, and whoever loads it pushes the lines through intake as a
// phone would. [Family] and [Pictures] lend its words and pictures to the
// simulator. No code, name, number or place in it belongs to anybody: the
// division code, the phone numbers and the check-digit-true identity numbers
// (prefix 990101) are not in use anywhere, and places on the map lie in a desert.
package demo
