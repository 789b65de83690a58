/** Whether a browser that follows a URL would run a script or open local data; also for a text that is no URL. */
export function isScriptUrl(url: string): boolean {
  if (!URL.canParse(url)) return true
  return /^(javascript|data|blob|vbscript|file|about|filesystem|view-source):$/.test(new URL(url).protocol)
}
