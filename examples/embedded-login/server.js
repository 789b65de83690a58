// Serves the files of the application, and its settings from the environment. Any web server can do this.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

const {
  PORT = '3000',
  AUTH0_DOMAIN = 'localhost:8443',
  AUTH0_CLIENT_ID,
  AUTH0_CONNECTION = 'people',
  AUTH0_JS = 'auth0-js',
} = process.env

const file = (name) => () => readFile(new URL(name, import.meta.url))
const settings = { domain: AUTH0_DOMAIN, clientId: AUTH0_CLIENT_ID, connection: AUTH0_CONNECTION }
const pages = {
  '/': ['text/html', file('index.html')],
  '/form.js': ['text/javascript', file('form.js')],
  '/lock.html': ['text/html', file('lock.html')],
  '/lock-page.js': ['text/javascript', file('lock-page.js')],
  '/auth0.js': ['text/javascript', file(`node_modules/${AUTH0_JS}/dist/auth0.min.js`)],
  '/lock.js': ['text/javascript', file('dist/lock.js')],
  '/settings.json': ['application/json', () => JSON.stringify(settings)],
}

createServer(async (request, response) => {
  const [type, content] = pages[new URL(request.url, 'http://localhost').pathname] ?? ['text/plain', undefined]
  response.writeHead(content === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` })
  response.end(await content?.())
}).listen(Number(PORT), 'localhost', () => console.log(`http://localhost:${PORT}`))
