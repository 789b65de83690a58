import { testRoundTrip } from './deploy-cli/round-trip.ts'

testRoundTrip('auth0-deploy-cli-7')
