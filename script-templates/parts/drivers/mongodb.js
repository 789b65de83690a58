const users = require('legacy-store').collection(configuration.DATABASE_URL, setting.COLLECTION, {
  ca: configuration.DATABASE_CA, //? DATABASE_CA
  pool_max: setting.POOL_MAX,
})
