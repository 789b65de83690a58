/**
 * A text of a script or of a user as it may be printed in a terminal: line breaks are followed by an indent, so that no line looks like one
 * of the program, and other control characters, which could change the display, are shown as \u{…}.
 */
export function printable(text: string): string {
  return text
    .replaceAll(/\r\n?|\n/g, '\n    ')
    .replaceAll(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`)
}
