import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { contractPlugin } from './contract-module.ts'
import { dashboard_folder, digest_file } from './ensure-dashboard.ts'
import { widgetStylesPlugin } from './widget-styles.ts'

const source_folder = resolve(import.meta.dirname, '../../dashboard')

/** The text that the server replaces with the nonce of each answer. */
const nonce_placeholder = '__WHERRY_NONCE__'

/** Keeps each file compressed beside itself: the server compresses nothing while it answers. */
function compress(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/\.(?:js|css|svg)$/.test(name)) continue
    const compressed = gzipSync(readFileSync(join(folder, name)), { level: constants.Z_BEST_COMPRESSION })
    writeFileSync(join(folder, `${name}.gz`), compressed)
  }
}

/**
 * Builds the dashboard into `dashboard/dist`. A server that runs meanwhile never sees half of it: the folder is replaced at the end.
 *
 * @param digest what is built, for the next call of `ensureDashboard`
 */
export async function buildDashboard(digest: string): Promise<void> {
  const part = `${dashboard_folder}.${process.pid}`
  await build({
    configFile: false,
    root: source_folder,
    logLevel: 'warn',
    plugins: [contractPlugin, widgetStylesPlugin, react()],
    html: { cspNonce: nonce_placeholder },
    build: {
      outDir: part,
      emptyOutDir: true,
      manifest: 'manifest.json',
      modulePreload: { polyfill: false },
      target: 'es2022',
      // The editor is 163 kB in a chunk of its own, loaded with the first page that needs it.
      chunkSizeWarningLimit: 700,
      assetsInlineLimit: 0,
      rolldownOptions: {
        checks: { pluginTimings: false },
        output: {
          codeSplitting: {
            // What texts share with those of another language or with the frame has a file of its own.
            includeDependenciesRecursively: false,
            // One file has the texts of all pages in a language; those of the frame, which is shown before, stay apart.
            groups: ['en', 'de'].map((language) => ({
              name: `texts-${language}`,
              test: new RegExp(`/messages/${language}/(?!(?:ui|shell|navigation)\\.)`),
            })),
          },
        },
      },
    },
  })
  compress(join(part, 'assets'))
  writeFileSync(join(part, basename(digest_file)), digest)
  try {
    rmSync(dashboard_folder, { recursive: true, force: true })
    renameSync(part, dashboard_folder)
  } catch (error) {
    rmSync(part, { recursive: true, force: true })
    // Another process built the same at the same time.
    if (readFileSync(digest_file, 'utf8') !== digest) throw error
  }
}
