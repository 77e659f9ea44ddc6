// A shop on loopback for one test run: Vendure with its own defaults, a few products, a card that always pays.
//
//     node shop.cjs MODULES PLAN.json
//
// MODULES is the folder Vendure is installed in. PLAN is {port, folder, items: [{sku, name, price}],
// countries: [{code, name}]}; prices are cents without tax. When the shop answers, its keys are in <folder>/keys.json: `hub` for the Admin API.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

// It tells nobody that it runs, and leaves nothing in the folder it is started in.
process.env.VENDURE_DISABLE_TELEMETRY = 'true';

const [modules, planFile] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(modules), 'package.json'));
const plan = JSON.parse(fs.readFileSync(planFile, 'utf8'));
const core = load('@vendure/core');
const { populate } = load('@vendure/core/cli');

const config = {
  apiOptions: { port: plan.port, hostname: '127.0.0.1', adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: { tokenMethod: ['bearer', 'api-key'], requireVerification: false },
  dbConnectionOptions: {
    type: 'better-sqlite3', synchronize: true, logging: false, database: path.join(plan.folder, 'shop.sqlite'),
  },
  paymentOptions: { paymentMethodHandlers: [core.dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: plan.folder },
  logger: new core.DefaultLogger({ level: core.LogLevel.Warn }),
  plugins: [],
};

const goods = {
  defaultLanguage: 'en',
  defaultZone: 'Europe',
  countries: plan.countries.map((one) => ({ ...one, zone: 'Europe' })),
  taxRates: [{ name: 'Standard Tax', percentage: 20 }],
  shippingMethods: [{ name: 'Parcel', price: 0, taxRate: 20 }],
  // The card pays at once; an invoice is only promised until the shop says that it was paid.
  paymentMethods: ['Card', 'Invoice'].map((name) => ({
    name,
    handler: {
      code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: String(name === 'Card') }],
    },
  })),
  collections: [],
};

const COLUMNS = 'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,'
  + 'trackInventory,variantAssets,variantFacets';

function productsFile() {
  const file = path.join(plan.folder, 'products.csv');
  const rows = plan.items.map((one) =>
    `${one.name},${one.sku.toLowerCase()},,,,,,${one.sku},${(one.price / 100).toFixed(2)},standard,100000,true,,`);
  fs.writeFileSync(file, [COLUMNS, ...rows].join('\n') + '\n');
  return file;
}

async function call(token, query) {
  const headers = { 'content-type': 'application/json' };
  if (token) headers.authorization = `Bearer ${token}`;
  const reply = await fetch(`http://127.0.0.1:${plan.port}/admin-api`, {
    method: 'POST', headers, body: JSON.stringify({ query }),
  });
  const answer = await reply.json();
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return [answer.data, reply.headers.get('vendure-auth-token')];
}

// What the connector's page asks for: a role that reads and updates orders and nothing more, and a key of that role.
async function hubKey() {
  const [, token] = await call('', 'mutation { login(username: "superadmin", password: "superadmin") { __typename } }');
  const [made] = await call(token, `mutation { createRole(input: {
    code: "hub", description: "Crossdock", permissions: [ReadOrder, UpdateOrder] }) { id } }`);
  const [given] = await call(token, `mutation { createApiKey(input: {
    roleIds: ["${made.createRole.id}"], translations: [{ languageCode: en, name: "Crossdock" }] }) { apiKey } }`);
  return given.createApiKey.apiKey;
}

// Prices are in euros from the beginning: the currency of the default channel is what products are imported in.
async function open() {
  const app = await core.bootstrap(config);
  const ctx = await app.get(core.RequestContextService).create({ apiType: 'admin' });
  const channels = app.get(core.ChannelService);
  const { id } = await channels.getDefaultChannel(ctx);
  await channels.update(ctx, { id, defaultCurrencyCode: 'EUR', availableCurrencyCodes: ['EUR'] });
  return app;
}

async function main() {
  const app = await populate(open, goods, productsFile());
  const keys = JSON.stringify({ hub: await hubKey() });
  fs.writeFileSync(path.join(plan.folder, 'keys.part'), keys);
  fs.renameSync(path.join(plan.folder, 'keys.part'), path.join(plan.folder, 'keys.json'));
  process.on('SIGTERM', () => app.close().then(() => process.exit(0)));
}

main().catch((error) => { console.error(error); process.exit(1); });
