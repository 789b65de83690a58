/** The title of an alert in the colour of text: that of its own colour has too little contrast on its background. */
export const alert_styles = { title: { color: 'var(--mantine-color-text)' } } as const
