import { useEffect, useId, useRef, type ReactElement } from 'react'

/**
 * A rendered page or mail in a frame: no script, and an origin of its own.
 *
 * @param frame what a preview operation answered
 * @param scheme the colour scheme that pictures in the frame see; by default that of the system
 */
export function PreviewFrame({
  label,
  frame,
  width = '100%',
  height = 560,
  scheme,
}: {
  label: string
  frame: string
  width?: number | string
  height?: number
  scheme?: 'light' | 'dark'
}): ReactElement {
  const name = `preview-${useId()}`
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.submit(), [frame])
  return (
    <>
      {/* Mounted anew for each preview: a frame that is navigated adds to the history of the tab. */}
      <iframe
        key={frame}
        name={name}
        title={label}
        sandbox=""
        style={{
          width,
          maxWidth: '100%',
          height,
          border: '1px solid var(--mantine-color-default-border)',
          borderRadius: 'var(--mantine-radius-md)',
          background: 'white',
          ...(scheme ? { colorScheme: scheme } : {}),
        }}
      />
      <form ref={form} method="post" action="/preview" target={name} hidden>
        <input type="hidden" name="frame" value={frame} readOnly />
      </form>
    </>
  )
}
