// Two of the templates; tests/long/templates.test.ts has all of them.
import { testMoves } from '../script-templates/sql-server-moves.ts'

testMoves(['aspnet-membership', 'aspnet-identity-core'])
