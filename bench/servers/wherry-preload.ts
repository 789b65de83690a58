// Loaded by Node's `--import` before the product's own program: adds the IPC channel of the benchmark, and makes the hashes of
// cheap users cheap. The working directory is the checkout.
import dns from 'node:dns'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as argon2_module from '@node-rs/argon2'
import { serveMetrics } from '../measure/serve-metrics.ts'
import { hashOptions, isCheap } from './bench-users.ts'

type Argon2 = typeof argon2_module

const argon2 = createRequire(join(process.cwd(), 'package.json'))('@node-rs/argon2') as Argon2
const { hash } = argon2
const hashByUser: Argon2['hash'] = (password, options, signal) =>
  hash(password, isCheap(String(password)) ? hashOptions(String(password)) : options, signal)
// The package is CommonJS: whatever imports it later gets this function.
Object.assign(argon2, { hash: hashByUser })

// Names of scripts are looked up at the benchmark's name server, which answers nothing.
const name_server = process.env['BENCH_NAME_SERVER']
if (name_server !== undefined) {
  const { Resolver } = dns.promises
  dns.promises.Resolver = class extends Resolver {
    constructor(...args: ConstructorParameters<typeof Resolver>) {
      super(...args)
      this.setServers([String(name_server)])
    }
  }
}

serveMetrics()
