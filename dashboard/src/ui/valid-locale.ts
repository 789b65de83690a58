// Replaces the language of a browser whose name no Intl format accepts, such as `en-US@posix` of Chromium under the locale of a system: a
// library that makes a format of it when it is loaded could not be loaded. Imported before such a library.
try {
  Intl.getCanonicalLocales(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true })
}
