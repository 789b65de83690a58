// The style sheets of the widgets in use. Mantine has one for each widget, beside all in one of 36 kB; a forgotten one looks broken and fails no build.
import type { Plugin } from 'vite'

const class_names = /@mantine\/core\/esm\/(?:components|utils)\/(?:.*\/)?(\w+)\.module\.mjs$/

/** Vite's plugin that imports the style sheet of a widget where its class names are imported, so that both are in the same chunk. */
export const widgetStylesPlugin: Plugin = {
  name: 'wherry-widget-styles',
  transform(code, id) {
    const widget = class_names.exec(id)?.[1]
    return widget === undefined
      ? undefined
      : { code: `import '@mantine/core/styles/${widget}.css'\n${code}`, map: null }
  },
}
