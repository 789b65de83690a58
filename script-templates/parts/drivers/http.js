const service = require('legacy-store').service(configuration.BASE_URL)
