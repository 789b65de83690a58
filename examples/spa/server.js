// Serves the files of the single-page application, and its settings from the environment. Any web server can do this.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

const { PORT = '3000', AUTH0_DOMAIN = 'localhost:8443', AUTH0_CLIENT_ID } = process.env

const sdk = fileURLToPath(import.meta.resolve('@auth0/auth0-spa-js/dist/auth0-spa-js.production.esm.js'))
const file = (name) => readFile(new URL(name, import.meta.url))
const pages = {
  '/': ['text/html', () => file('index.html')],
  '/app.js': ['text/javascript', () => file('app.js')],
  '/auth0-spa-js.js': ['text/javascript', () => readFile(sdk)],
  '/settings.json': ['application/json', () => JSON.stringify({ domain: AUTH0_DOMAIN, clientId: AUTH0_CLIENT_ID })],
}

createServer(async (request, response) => {
  const [type, content] = pages[new URL(request.url, 'http://localhost').pathname] ?? ['text/plain', undefined]
  response.writeHead(content === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` })
  response.end(await content?.())
}).listen(Number(PORT), 'localhost', () => console.log(`http://localhost:${PORT}`))
