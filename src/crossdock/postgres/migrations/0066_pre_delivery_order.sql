-- An ordering key is, of most commands, a word their type tells and the first part of their idempotency key; a cause is a fact
-- of the command's own dossier. What can be told from the other columns is not written.
-- Lock: ACCESS EXCLUSIVE on delivery for milliseconds, SHARE while building the index (short: delivery holds only what is
-- under way). Back: fill both columns through the functions, set ordering_key not null, drop the index and the functions.

create function command_order(ordering_key text, idempotency_key text) returns text
language sql immutable parallel safe
return coalesce(
    ordering_key,
    ('{
        "adjust_freight_accrual": "freight_case", "amend_declaration": "declaration",
        "approve_freight_invoice": "freight_case", "block_loading": "shipment", "book_return_transport": "return",
        "cancel_appointment": "appointment", "cancel_channel_order": "channel_order",
        "cancel_declaration": "declaration", "cancel_delivery_task": "task", "cancel_fulfilment_order": "order",
        "cancel_sales_order": "channel_order", "cancel_shipment": "shipment", "cancel_tender": "tender",
        "confirm_handover": "shipment", "create_declaration": "declaration", "create_delivery_task": "shipment",
        "create_fulfilment_order": "order", "create_sales_order": "channel_order",
        "deliver_channel_order": "channel_order", "expect_return": "return", "hold_fulfilment": "order",
        "hold_shipment": "shipment", "intercept_shipment": "shipment", "notify_customer": "recipient",
        "notify_internal": "recipient", "open_freight_dispute": "freight_case", "plan_shipment": "order",
        "post_freight_accrual": "freight_case", "post_goods_issue": "shipment", "post_inventory_movement": "stock",
        "post_return_receipt": "return", "publish_projection": "entity", "refresh_tracking": "shipment",
        "release_fulfilment_hold": "order", "release_shipment_hold": "shipment", "request_appointment": "appointment",
        "request_count": "stock", "request_credit_note": "invoice", "request_inventory_snapshot": "warehouse",
        "request_invoice": "billing_item", "request_pod": "shipment", "request_return": "return",
        "reschedule_appointment": "appointment", "reschedule_delivery": "shipment",
        "resend_ship_confirmation": "shipment", "reverse_freight_accrual": "freight_case",
        "reverse_goods_issue": "shipment", "ship_channel_order": "channel_order", "submit_declaration": "declaration",
        "supply_documents": "declaration", "tender_load": "load", "transmit_tender": "load",
        "unblock_loading": "shipment", "update_carrier_assignment": "order", "update_delivery_status": "shipment",
        "update_delivery_task": "task", "update_fulfilment_order": "order", "update_order_status": "order",
        "update_shipment": "shipment", "void_channel_shipment": "channel_order"
    }'::jsonb ->> split_part(idempotency_key, ':', 1))
        || ':' || split_part(substr(idempotency_key, strpos(idempotency_key, ':') + 1), '|', 1)
);

comment on function command_order is 'The ordering key of a delivery. Its list is postgres/orderings_1.txt: a line that was ever released never changes.';

create function command_cause(dossier bigint, cause text) returns text
language sql immutable parallel safe
return case when cause ~ '^[0-9]+$' then dossier || '.' || cause else cause end;

comment on function command_cause is 'The id of the fact that caused a delivery: dossier.seq.';

alter table delivery alter column ordering_key drop not null;

comment on column delivery.ordering_key is 'Absent where command_order() tells it.';
comment on column delivery.cause is 'The number of a fact of its own dossier, or a whole id: see command_cause().';

-- By its hash: half the entry of the key itself, and every look-up compares the key as well.
create index delivery_order on delivery (hashtextextended(command_order(ordering_key, idempotency_key), 0), id);
