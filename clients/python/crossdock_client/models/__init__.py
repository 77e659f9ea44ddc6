"""What the Crossdock API takes and gives, as typed dictionaries: each model by its name."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from crossdock_client.models.case_acts import *
from crossdock_client.models.cases import *
from crossdock_client.models.channel_orders import *
from crossdock_client.models.epcis import *
from crossdock_client.models.events import *
from crossdock_client.models.health import *
from crossdock_client.models.inventory import *
from crossdock_client.models.inventory_adjustments import *
from crossdock_client.models.inventory_counts import *
from crossdock_client.models.kpis import *
from crossdock_client.models.loads import *
from crossdock_client.models.messages import *
from crossdock_client.models.orders import *
from crossdock_client.models.partners import *
from crossdock_client.models.past import *
from crossdock_client.models.portal import *
from crossdock_client.models.quarantine import *
from crossdock_client.models.reconciliations import *
from crossdock_client.models.references import *
from crossdock_client.models.repairs import *
from crossdock_client.models.return_authorisations import *
from crossdock_client.models.returns import *
from crossdock_client.models.shared import *
from crossdock_client.models.shipments import *
from crossdock_client.models.slos import *
from crossdock_client.models.subscriptions import *
from crossdock_client.models.systems import *
from crossdock_client.models.validations import *
from crossdock_client.models.waiting import *
from crossdock_client.models.why import *
