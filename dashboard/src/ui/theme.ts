import { createTheme, localStorageColorSchemeManager, type CSSVariablesResolver } from '@mantine/core'

/** The look of the dashboard. The shade of the primary colour has a contrast of 5.02 on white (WCAG 2.2 asks for 4.5). */
export const theme = createTheme({
  primaryShade: { light: 8, dark: 8 },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // The widget's `header` would be a second banner of the page.
  components: { ModalHeader: { defaultProps: { component: 'div' } } },
})

/** Secondary text and errors: the widgets' own shades of them have a contrast of 3.32 and 3.28 on white. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
  },
})

/** Keeps the chosen colour scheme in this browser. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'wherry.theme' })
