// An OpenID provider for the tests: node provider.cjs MODULES PLAN. The plan names port, clients, people and groups.
// It listens when it has written the file `ready` of the plan.
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');
const { pathToFileURL } = require('node:url');

const [modules, planFile] = process.argv.slice(2);
const plan = JSON.parse(fs.readFileSync(planFile, 'utf8'));
const from = createRequire(path.join(modules, 'package.json'));

(async () => {
  const load = (name) => import(pathToFileURL(from.resolve(name)));
  const { Provider } = await load('oidc-provider');
  const { generateKeyPair, exportJWK } = await load('jose');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 'first', use: 'sig', alg: 'RS256' };
  const issuer = `http://127.0.0.1:${plan.port}`;
  const provider = new Provider(issuer, {
    clients: plan.clients,
    jwks: { keys: [key] },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    conformIdTokenClaims: plan.conform,
    findAccount: (_, id) =>
      plan.people[id] && { accountId: id, claims: async () => ({ sub: id, ...plan.people[id] }) },
    extraTokenClaims: (_, token) => plan.machines[token.clientId],
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          scope: 'facts:write orders:read operations:read',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 60,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  provider.listen(plan.port, '127.0.0.1', () => fs.writeFileSync(plan.ready, issuer));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
