import type { Browser } from 'playwright-core'

// Draws pictures side by side, smaller, and answers WebP as a data URL.
const draw = `async ({ sources, scale }) => {
  const images = await Promise.all(sources.map(async (source) => {
    const image = new Image()
    image.src = source
    await image.decode()
    return image
  }))
  const gap = 8
  const canvas = document.createElement('canvas')
  canvas.width = images.reduce((sum, { width }) => sum + width * scale + gap, -gap)
  canvas.height = Math.max(...images.map(({ height }) => height)) * scale
  const context = canvas.getContext('2d')
  context.imageSmoothingQuality = 'high'
  let left = 0
  for (const image of images) {
    context.drawImage(image, left, 0, image.width * scale, image.height * scale)
    left += image.width * scale + gap
  }
  return canvas.toDataURL('image/webp', 0.75)
}`

/** Joins pictures (PNG) to one, side by side and `scale` times as large, as WebP. */
export async function joinPictures(browser: Browser, pictures: readonly Buffer[], scale = 0.6): Promise<Buffer> {
  const sources = pictures.map((picture) => `data:image/png;base64,${picture.toString('base64')}`)
  const blank = await browser.newPage()
  const url = await blank.evaluate<string>(`(${draw})(${JSON.stringify({ sources, scale })})`)
  await blank.close()
  return Buffer.from(url.split(',')[1] ?? '', 'base64')
}
