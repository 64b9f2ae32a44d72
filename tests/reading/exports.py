"""Exports of shops, tills, ledgers and survey tools: headers as their makers write them, a few rows each.

``roles`` is what a person who knows the program would say: role to header; None where no column may serve
the role.
"""

# ruff: noqa: E501  a header row is one line
from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Export:
    name: str
    table: str
    rows: str
    roles: dict[str, str | None] = field(default_factory=dict)


EXPORTS = (
    Export(
        "Shopify orders",
        "orders",
        """
Name|Email|Financial Status|Paid at|Fulfillment Status|Fulfilled at|Accepts Marketing|Currency|Subtotal|Shipping|Taxes|Total|Discount Code|Discount Amount|Shipping Method|Created at|Lineitem quantity|Lineitem name|Lineitem price|Lineitem compare at price|Lineitem sku|Billing Name|Refunded Amount|Vendor|Id|Source
#1050|anna@example.com|paid|2026-05-01 10:00:00 +0200|fulfilled|2026-05-02 10:00:00 +0200|yes|EUR|90.00|5.00|5.90|100.90|||Standard|2026-05-01 09:59:00 +0200|1|Teapot|60.00||TP-1|Anna Berg|0.00|Acme|450789469|web
#1050|anna@example.com|||||||||||||||2|Green tea|15.00||GT-2|||Acme||
#1051||paid|2026-05-03 11:00:00 +0200|fulfilled|2026-05-04 10:00:00 +0200|no|EUR|15.00|5.00|1.00|21.00|||Standard|2026-05-03 10:59:00 +0200|1|Green tea|15.00||GT-2|Guest One|21.00|Acme|450789470|web
#1052|ben@example.com|voided||||no|EUR|15.00|5.00|1.00|21.00|||Standard|2026-05-04 10:59:00 +0200|1|Green tea|15.00||GT-2|Ben Low|0.00|Acme|450789471|web
#1053|ben@example.com|paid|2026-05-05 11:00:00 +0200|fulfilled|2026-05-06 10:00:00 +0200|no|EUR|60.00|5.00|4.00|69.00|||Standard|2026-05-05 10:59:00 +0200|1|Teapot|60.00||TP-1|Ben Low|0.00|Acme|450789472|web
""",
        {
            "order": "Name",
            "customer": "Email",
            "date": "Created at",
            "amount": "Total",
            "product": "Lineitem name",
            "quantity": "Lineitem quantity",
            "price": "Lineitem price",
            "status": "Financial Status",
            "refund": "Refunded Amount",
            "currency": "Currency",
            "consent": "Accepts Marketing",
        },
    ),
    Export(
        "WooCommerce advanced export",
        "orders",
        """
Order Number|Order Status|Order Date|Customer Note|First Name (Billing)|Last Name (Billing)|City (Billing)|Email (Billing)|Phone (Billing)|Item Name|SKU|Quantity (- Refund)|Item Cost
2001|Completed|2023-05-01 10:22||Anna|Berg|Lyon|anna@example.com|+33 1 23|Teapot|TP-1|1|60.00
2001|Completed|2023-05-01 10:22||Anna|Berg|Lyon|anna@example.com|+33 1 23|Green tea|GT-2|2|15.00
2002|Processing|2023-05-02 12:10|ring twice|Ben|Low|Nice|ben@example.com|+33 1 24|Green tea|GT-2|1|15.00
""",
        {
            "order": "Order Number",
            "customer": "Email (Billing)",
            "date": "Order Date",
            "product": "Item Name",
            "quantity": "Quantity (- Refund)",
            "price": "Item Cost",
            "status": "Order Status",
            "amount": None,
        },
    ),
    Export(
        "WooCommerce customer/order export",
        "orders",
        """
order_id|order_number|order_date|status|order_total|order_subtotal|shipping_total|order_currency|payment_method|customer_id|customer_note|billing_first_name
901|901|2023-05-01 10:22:11|completed|65.00|60.00|5.00|EUR|stripe|17||Anna
902|902|2023-05-02 12:10:44|completed|20.00|15.00|5.00|EUR|stripe|21||Ben
903|903|2023-05-03 08:00:02|cancelled|20.00|15.00|5.00|EUR|stripe|17||Anna
""",
        {"customer": "customer_id", "date": "order_date", "amount": "order_total", "status": "status"},
    ),
    Export(
        "Square items detail",
        "orders",
        """
Date|Time|Time Zone|Category|Item|Qty|Price Point Name|SKU|Modifiers Applied|Gross Sales|Discounts|Net Sales|Tax|Transaction ID|Payment ID|Device Name|Notes|Details|Event Type|Location|Dining Option|Customer ID|Customer Name|Employee
2026-07-18|12:59:30|Eastern Time (US & Canada)|Coffee|Latte|1.0|Regular|||$4.50|$0.00|$4.50|$0.40|tx1|pay1|Till 1|||Payment|Old Town|To go|C1|Anna Berg|Kim
2026-07-18|13:05:10|Eastern Time (US & Canada)|Cake|Brownie|2.0|Regular|||$7.00|-$1.00|$6.00|$0.50|tx1|pay1|Till 1|||Payment|Old Town|To go|C1|Anna Berg|Kim
2026-07-19|09:15:00|Eastern Time (US & Canada)|Coffee|Latte|1.0|Regular|||$1,045.00|$0.00|$1,045.00|$80.40|tx2|pay2|Till 1|||Payment|Station|To go|C2|Ben Low|Kim
2026-07-19|10:15:00|Eastern Time (US & Canada)|Coffee|Latte|-1.0|Regular|||-$4.50|$0.00|-$4.50|-$0.40|tx3|pay3|Till 1|||Refund|Station|To go|C2|Ben Low|Kim
""",
        {
            "date": "Date",
            "customer": "Customer ID",
            "amount": "Net Sales",
            "order": "Transaction ID",
            "product": "Item",
            "category": "Category",
            "quantity": "Qty",
            "segment": "Location",
            "discount": "Discounts",
        },
    ),
    Export(
        "Stripe payments",
        "orders",
        """
id|Description|Seller Message|Created (UTC)|Amount|Amount Refunded|Currency|Converted Amount|Converted Amount Refunded|Fee|Tax|Converted Currency|Mode|Status|Statement Descriptor|Customer ID|Customer Description|Customer Email|Captured|Card ID|PaymentIntent ID
ch_1|Subscription|Payment complete.|2024-01-31 10:15|399,00|0,00|eur|399,00|0,00|6,10||eur|Live|Paid|STUDIO|cus_A1|Anna|anna@example.com|true|card_1|pi_1
ch_2|Subscription|Payment complete.|2024-02-28 10:15|399,00|0,00|eur|399,00|0,00|6,10||eur|Live|Paid|STUDIO|cus_A1|Anna|anna@example.com|true|card_1|pi_2
ch_3|Subscription|The card was declined.|2024-02-28 11:15|1.499,00|0,00|eur|1.499,00|0,00|0,00||eur|Live|Failed|STUDIO|cus_B2|Ben|ben@example.com|false|card_2|pi_3
""",
        {
            "customer": "Customer ID",
            "date": "Created (UTC)",
            "amount": "Amount",
            "refund": "Amount Refunded",
            "currency": "Currency",
            "status": "Status",
            "email": "Customer Email",
            "order": "PaymentIntent ID",
        },
    ),
    Export(
        "PayPal activity",
        "orders",
        """
Date|Time|TimeZone|Name|Type|Status|Currency|Gross|Fee|Net|From Email Address|To Email Address|Transaction ID|Item Title
31/01/2025|10:15:00|CET|Anna Berg|Website Payment|Completed|EUR|1,250.00|-12.00|1,238.00|anna@example.com|shop@example.com|4XY|Teapot
02/02/2025|11:15:00|CET|Ben Low|Website Payment|Completed|EUR|20.00|-1.00|19.00|ben@example.com|shop@example.com|5XY|Tea
03/02/2025|12:15:00|CET|Ben Low|Payment Refund|Completed|EUR|-20.00|1.00|-19.00|ben@example.com|shop@example.com|6XY|Tea
""",
        {
            "customer": "From Email Address",
            "date": "Date",
            "amount": "Gross",
            "order": "Transaction ID",
            "product": "Item Title",
            "currency": "Currency",
        },
    ),
    Export(
        "Etsy sold order items",
        "orders",
        """
Sale Date|Item Name|Buyer|Quantity|Price|Coupon Code|Coupon Details|Discount Amount|Shipping Discount|Order Shipping|Order Sales Tax|Item Total|Currency|Transaction ID|Listing ID|Date Paid|Date Shipped|Ship Name|Ship Country|Order ID|Variations|Order Type|SKU
08/14/25|Mug|anna77|2|$5.00|||$0.00|$0.00|$3.00|$0.00|$10.00|USD|111|9001|08/14/25|08/16/25|Anna Berg|United States|5001||online|M-1
08/14/25|Bowl|anna77|1|$8.00|||$0.00|$0.00|$3.00|$0.00|$8.00|USD|112|9002|08/14/25|08/16/25|Anna Berg|United States|5001||online|B-1
08/15/25|Mug|ben88|1|$5.00|||$0.00|$0.00|$3.00|$0.00|$5.00|USD|113|9001|08/15/25|08/17/25|Ben Low|Canada|5002||online|M-1
""",
        {
            "customer": "Buyer",
            "date": "Sale Date",
            "amount": "Item Total",
            "order": "Order ID",
            "line": "Transaction ID",
            "product": "Item Name",
            "quantity": "Quantity",
            "price": "Price",
            "segment": "Ship Country",
        },
    ),
    Export(
        "Etsy sold orders",
        "orders",
        """
Sale Date|Order ID|Buyer User ID|Full Name|First Name|Last Name|Number of Items|Payment Method|Date Shipped|Street 1|Ship Country|Currency|Order Value|Coupon Code|Discount Amount|Shipping|Sales Tax|Order Total|Status|Card Processing Fees|Order Net|Adjusted Order Total|Buyer|Order Type
08/14/25|5001|anna77|Anna Berg|Anna|Berg|3|Credit Card|08/16/25|1 High St|United States|USD|18.00||0.00|3.00|0.00|21.00||0.90|20.10|0.00|anna77 (Anna)|online
08/15/25|5002|ben88|Ben Low|Ben|Low|1|Credit Card|08/17/25|2 High St|Canada|USD|5.00||0.00|3.00|0.00|8.00||0.50|7.50|0.00|ben88 (Ben)|online
""",
        {"customer": "Buyer User ID", "date": "Sale Date", "amount": "Order Total", "order": "Order ID"},
    ),
    Export(
        "Amazon all orders",
        "orders",
        """
amazon-order-id|merchant-order-id|purchase-date|last-updated-date|order-status|fulfillment-channel|sales-channel|ship-service-level|product-name|sku|asin|item-status|quantity|currency|item-price|item-tax|shipping-price|ship-city|ship-country|promotion-ids
112-1|112-1|2017-06-17T08:04:21+00:00|2017-06-19T08:04:21+00:00|Shipped|Amazon|Amazon.com|Standard|Teapot|TP-1|B001|Shipped|2|USD|50.00|4.00|0.00|Austin|US|
112-2|112-2|2017-06-18T08:04:21+00:00|2017-06-20T08:04:21+00:00|Cancelled|Amazon|Amazon.com|Standard|Mug|M-1|B002|Cancelled|0|USD|||||US|
112-3|112-3|2017-06-18T09:04:21+00:00|2017-06-20T08:04:21+00:00|Shipped|Amazon|Amazon.com|Standard|Mug|M-1|B002|Shipped|1|USD|9.00|0.50|0.00|Reno|US|
""",
        {
            "customer": None,
            "order": "amazon-order-id",
            "date": "purchase-date",
            "amount": "item-price",
            "price": None,
            "product": "product-name",
            "quantity": "quantity",
            "status": "order-status",
        },
    ),
    Export(
        "eBay orders",
        "orders",
        """
Sales Record Number|Order Number|Buyer Username|Buyer Name|Buyer Email|Buyer Note|Item Number|Item Title|Custom Label|Quantity|Sold For|Shipping and Handling|Sale Date|Paid on Date
301|07-1|anna_b|Anna Berg|anna@example.com||2211|Teapot|TP-1|1|$1,060.00|$5.00|Sep-27-26|Sep-27-26
302|07-2|ben_l|Ben Low|ben@example.com||2212|Mug|M-1|2|$18.00|$5.00|Sep-28-26|Sep-28-26
""",
        {
            "customer": "Buyer Username",
            "date": "Sale Date",
            "amount": "Sold For",
            "product": "Item Title",
            "quantity": "Quantity",
            "email": "Buyer Email",
        },
    ),
    Export(
        "Toast item selection",
        "orders",
        """
Location|Order Id|Order #|Sent Date|Order Date|Check Id|Server|Table|Dining Area|Service|Dining Option|Item Selection Id|Item Id|Master Id|SKU|PLU|Menu Item|Menu Subgroup(s)|Menu Group|Menu|Sales Category|Gross Price|Discount|Net Price|Qty|Tax|Void?|Deferred
Downtown|400000000000000001|12|10/8/26 5:18 PM|10/8/26 5:15 PM|500000000000000001|Kim|4|Patio|Dinner|Dine In|600000000000000001|7001|1|||Ramen||Mains|Dinner|Food|14.00|0.00|14.00|1|1.10|false|false
Downtown|400000000000000001|12|10/8/26 5:18 PM|10/8/26 5:15 PM|500000000000000001|Kim|4|Patio|Dinner|Dine In|600000000000000002|7002|2|||Tea||Drinks|Dinner|Beverages|3.00|0.00|3.00|1|0.25|true|false
Downtown|400000000000000002|13|10/13/26 6:18 PM|10/13/26 6:15 PM|500000000000000002|Kim|5|Patio|Dinner|Dine In|600000000000000003|7001|1|||Ramen||Mains|Dinner|Food|14.00|0.00|14.00|1|1.10|false|false
""",
        {
            "customer": None,
            "order": "Order Id",
            "line": "Item Selection Id",
            "date": "Order Date",
            "product": "Menu Item",
            "category": "Sales Category",
            "amount": "Net Price",
            "quantity": "Qty",
            "cancelled": "Void?",
            "segment": "Location",
        },
    ),
    Export(
        "Xero invoices",
        "orders",
        """
*ContactName|EmailAddress|POCountry|*InvoiceNumber|Reference|*InvoiceDate|*DueDate|Total|InventoryItemCode|*Description|*Quantity|*UnitAmount|Discount|*AccountCode|*TaxType|TaxAmount|Currency
Anna Ltd|anna@example.com|UK|INV-1||25/01/2025|24/02/2025|70.00|TP|Teapot|1|60.00||200|20%|12.00|GBP
Anna Ltd|anna@example.com|UK|INV-1||25/01/2025|24/02/2025|70.00|GT|Green tea|1|10.00||200|20%|2.00|GBP
Ben Ltd|ben@example.com|UK|INV-2||02/02/2025|04/03/2025|30.00|GT|Green tea|3|10.00||200|20%|6.00|GBP
""",
        {
            "customer": "EmailAddress",
            "order": "*InvoiceNumber",
            "date": "*InvoiceDate",
            "amount": "Total",
            "product": "*Description",
            "quantity": "*Quantity",
            "price": "*UnitAmount",
            "currency": "Currency",
        },
    ),
    Export(
        "Bitrix24 deals",
        "orders",
        """
ID сделки|Название|Ответственный|Стадия сделки|Дата создания|Дата изменения|Сумма|Валюта|Контакт|Источник|Воронка|Комментарии
71|Чайник|Ирина|Сделка успешна|28.11.2026 14:05:00|29.11.2026 14:05:00|12 500,00|RUB|Анна Берг|Сайт|Общая|
72|Чай|Ирина|Сделка провалена|29.11.2026 10:05:00|30.11.2026 14:05:00|2 100,00|RUB|Иван Лоу|Сайт|Общая|
73|Чай|Олег|Сделка успешна|30.11.2026 09:05:00|30.11.2026 14:05:00|2 100,50|RUB|Анна Берг|Звонок|Общая|
""",
        {
            "customer": "Контакт",
            "order": "ID сделки",
            "date": "Дата создания",
            "amount": "Сумма",
            "currency": "Валюта",
            "status": "Стадия сделки",
        },
    ),
    Export(
        "Ozon orders",
        "orders",
        """
Номер заказа|Номер отправления|Принят в обработку|Дата отгрузки|Статус|Название товара|Артикул|Ваша цена|Оплачено покупателем|Количество
501-1|501-1-1|2026-09-27 10:15:00|2026-09-28 10:15:00|Доставлен|Чайник|TP-1|1500.00|1400.00|1
501-1|501-1-1|2026-09-27 10:15:00|2026-09-28 10:15:00|Доставлен|Чай|GT-2|300.00|280.00|1
502-1|502-1-1|2026-09-28 11:15:00|2026-09-29 10:15:00|Отменён|Чай|GT-2|300.00|0.00|1
""",
        {
            "customer": None,
            "order": "Номер заказа",
            "date": "Принят в обработку",
            "amount": "Оплачено покупателем",
            "product": "Название товара",
            "quantity": "Количество",
            "status": "Статус",
        },
    ),
    Export(
        "Tiendanube ventas",
        "orders",
        """
Número de orden|Email|Fecha|Estado de la orden|Estado del pago|Estado del envío|Moneda|Subtotal de productos|Descuento|Costo de envío|Total|Nombre del comprador|DNI / CUIT|Teléfono|Nombre para el envío|Nombre del producto|SKU|Cantidad del producto|Código de tracking del envío|Medio de envío
100|ana@example.com|25/01/2025 10:20|Abierta|Recibido|Enviado|ARS|900.00|0.00|100.00|1000.00|Ana Paz|30111222|11 22|Ana Paz|Tetera|TP-1|1|="TN123456789AR"|Correo
100|ana@example.com||||||||||||||Té verde|GT-2|2||
101|luis@example.com|02/02/2025 12:20|Cancelada|Anulado|No enviado|ARS|300.00|0.00|100.00|400.00|Luis Sol|30333444|11 33|Luis Sol|Té verde|GT-2|1||Correo
""",
        {
            "customer": "DNI / CUIT",
            "order": "Número de orden",
            "date": "Fecha",
            "amount": "Total",
            "product": "Nombre del producto",
            "quantity": "Cantidad del producto",
            "email": "Email",
            "currency": "Moneda",
            "discount": "Descuento",
        },
    ),
    Export(
        "淘宝 千牛",
        "orders",
        """
订单编号|买家会员名|买家支付宝账号|买家应付货款|买家应付邮费|买家支付积分|总金额|返点积分|买家实际支付金额|买家实际支付积分|订单状态|买家留言|收货人姓名|收货地址|运送方式|联系电话|联系手机|订单创建时间|订单付款时间|宝贝标题|宝贝种类|物流单号|物流公司|订单备注|宝贝总数量
="1930679858170647"|小茶迷|a***@example.com|598.00|0.00|0|598.00|0|598元|0|交易成功||安安|杭州|快递||'18600000065|2016/5/23 22:02|2016/5/23 22:05|龙井茶|1|SF1|顺丰||1
="1930679858170648"|大壶|b***@example.com|128.00|0.00|0|128.00|0|0元|0|交易关闭||贝贝|上海|快递||'18600000066|2016/5/24 9:02||紫砂壶|1||||1
="1930679858170649"|小茶迷|a***@example.com|128.00|0.00|0|128.00|0|118元|0|交易成功||安安|杭州|快递||'18600000065|2016/5/25 9:02|2016/5/25 9:05|紫砂壶|1|SF2|顺丰||1
""",
        {
            "customer": "买家会员名",
            "order": "订单编号",
            "date": "订单创建时间",
            "amount": "买家实际支付金额",
            "product": "宝贝标题",
            "quantity": "宝贝总数量",
            "status": "订单状态",
        },
    ),
    Export(
        "有赞",
        "orders",
        """
订单号|订单状态|全部商品名称|订单实付金额|买家付款时间|收货人/提货人|收货人手机号/提货人手机号|详细收货地址/提货地址|商品种类数|收货人省份|收货人城市|收货人地区|买家昵称|优惠券码名称|分销员
E1|交易完成|龙井茶(1件)|98.00|2025-08-01 10:00:00|安安|186****0065|西湖路1号|1|浙江|杭州|西湖|小茶迷||
E2|交易完成|紫砂壶(1件)|128.00|2025-08-02 11:00:00|贝贝|186****0066|中山路1号|1|上海|上海|黄浦|大壶||
E3|已关闭|龙井茶(1件)|98.00|2025-08-03 11:00:00|贝贝|186****0066|中山路1号|1|上海|上海|黄浦|大壶||
""",
        {
            "customer": "买家昵称",
            "order": "订单号",
            "date": "买家付款时间",
            "amount": "订单实付金额",
            "product": "全部商品名称",
            "status": "订单状态",
        },
    ),
    Export(
        "京东",
        "orders",
        """
订单号|商品ID|商品名称|订购数量|支付方式|下单时间|京东价|订单金额|结算金额|余额支付|应付金额|订单状态|订单类型|下单帐号|客户姓名|客户地址|联系电话
900001|1001|龙井茶|1|在线支付|2026-01-15 10:00:00|98.00|226.00|226.00|0.00|226.00|完成|普通|jd_cha|安安|杭州|1******6198
900001|1002|紫砂壶|1|在线支付|2026-01-15 10:00:00|128.00|226.00|226.00|0.00|226.00|完成|普通|jd_cha|安安|杭州|1******6198
900002|1001|龙井茶|2|在线支付|2026-01-16 10:00:00|98.00|196.00|196.00|0.00|196.00|完成|普通|jd_hu|贝贝|上海|1******6199
""",
        {
            "customer": "下单帐号",
            "order": "订单号",
            "date": "下单时间",
            "amount": "订单金额",
            "product": "商品名称",
            "quantity": "订购数量",
            "price": "京东价",
            "status": "订单状态",
        },
    ),
    Export(
        "抖店",
        "orders",
        """
主订单编号|子订单编号|选购商品|商品规格|商品数量|商品ID|商家编码|商品单价|订单应付金额|运费|收件人|订单提交时间|订单完成时间|订单状态|售后状态
\t9001|\t90011|龙井茶|100g|1|\t31|LJ|98.00|98.00|0.00|安*|2026-08-01 10:00:00|2026-08-05 10:00:00|已完成|-
\t9002|\t90021|紫砂壶|一只|1|\t32|ZS|128.00|128.00|0.00|贝*|2026-08-02 10:00:00||已关闭|-
\t9003|\t90031|龙井茶|100g|2|\t31|LJ|98.00|196.00|0.00|安*|2026-08-03 10:00:00|2026-08-07 10:00:00|已完成|-
""",
        {
            "customer": "收件人",
            "order": "主订单编号",
            "line": "子订单编号",
            "date": "订单提交时间",
            "amount": "订单应付金额",
            "product": "选购商品",
            "quantity": "商品数量",
            "status": "订单状态",
        },
    ),
    Export(
        "拼多多",
        "orders",
        """
商品|订单号|订单状态|商品总价(元)|邮费(元)|店铺优惠折扣(元)|平台优惠折扣(元)|多多支付立减金额(元)|用户实付金额(元)|商家实收金额(元)|商品数量(件)|支付时间|承诺发货时间|商品id|商品规格
龙井茶|260101-1\t|已收货|98.00|0.00|8.00|0.00|0.00|90.00|90.00|1|2026-01-01 10:00:00|2026-01-02 10:00:00|31|100g
紫砂壶|260102-2\t|已收货|128.00|0.00|0.00|0.00|0.00|128.00|128.00|1|2026-01-02 10:00:00|2026-01-03 10:00:00|32|一只
""",
        {
            "customer": None,
            "order": "订单号",
            "date": "支付时间",
            "amount": "用户实付金额(元)",
            "product": "商品",
            "quantity": "商品数量(件)",
        },
    ),
    Export(
        "Shopee 卖家表",
        "orders",
        """
订单编号|店铺|下单时间|销售数量|买家支付|利润|预估回款金额
S1|一店|2025-01-01 10:00|1|98|20|80
S2|二店|2025-01-02 11:00|2|128|30|100
""",
        {
            "customer": None,
            "order": "订单编号",
            "date": "下单时间",
            "quantity": "销售数量",
            "amount": "买家支付",
            "segment": "店铺",
        },
    ),
    Export(
        "UCI Online Retail II",
        "orders",
        """
Invoice|StockCode|Description|Quantity|InvoiceDate|Price|Customer ID|Country
489434|85048|15CM CHRISTMAS GLASS BALL|12|12/1/2009 7:45|6.95|13085|United Kingdom
489434|79323P|PINK CHERRY LIGHTS|12|12/1/2009 7:45|6.75|13085|United Kingdom
C489449|22087|PAPER BUNTING|-12|12/13/2009 10:33|2.95|16321|Australia
489450|22087|PAPER BUNTING|5|12/13/2009 10:40|2.95||Australia
""",
        {
            "customer": "Customer ID",
            "order": "Invoice",
            "date": "InvoiceDate",
            "quantity": "Quantity",
            "price": "Price",
            "amount": None,
            "product": "Description",
            "segment": "Country",
        },
    ),
    Export(
        "Tableau Superstore",
        "orders",
        """
Row ID|Order ID|Order Date|Ship Date|Ship Mode|Customer ID|Customer Name|Segment|Country|City|State|Postal Code|Region|Product ID|Category|Sub-Category|Product Name|Sales|Quantity|Discount|Profit
1|CA-1|11/8/2016|11/11/2016|Second Class|CG-12520|Claire Gute|Consumer|United States|Henderson|Kentucky|42420|South|FUR-1|Furniture|Bookcases|Bookcase|261.96|2|0|41.9136
2|CA-1|11/8/2016|11/11/2016|Second Class|CG-12520|Claire Gute|Consumer|United States|Henderson|Kentucky|42420|South|FUR-2|Furniture|Chairs|Chair|731.94|3|0|219.582
3|CA-2|6/12/2016|6/16/2016|Second Class|DV-13045|Darrin Van Huff|Corporate|United States|Los Angeles|California|90036|West|OFF-1|Office Supplies|Labels|Labels|14.62|2|0|6.8714
""",
        {
            "customer": "Customer ID",
            "order": "Order ID",
            "line": "Row ID",
            "date": "Order Date",
            "amount": "Sales",
            "product": "Product Name",
            "category": "Category",
            "quantity": "Quantity",
            "discount": "Discount",
            "segment": "Segment",
        },
    ),
    Export(
        "示例-超市",
        "orders",
        """
行 ID|订单 ID|订单日期|发货日期|邮寄方式|客户 ID|客户名称|细分|城市|省/自治区|国家|地区|产品 ID|类别|子类别|产品名称|销售额|数量|折扣|利润
1|US-2021-1357144|2021/4/27|2021/4/29|二级|曾惠-14485|曾惠|公司|杭州|浙江|中国|华东|办公用-1|办公用品|用品|剪刀|129.696|2|0.4|-60.704
2|CN-2021-1973789|2021/6/15|2021/6/19|标准级|许安-10165|许安|消费者|内江|四川|中国|西南|办公用-2|办公用品|信封|信封|125.44|2|0|42.56
3|CN-2021-1973789|2021/6/15|2021/6/19|标准级|许安-10165|许安|消费者|内江|四川|中国|西南|办公用-3|办公用品|装订机|装订机|31.92|2|0.4|4.2
""",
        {
            "customer": "客户 ID",
            "order": "订单 ID",
            "line": "行 ID",
            "date": "订单日期",
            "amount": "销售额",
            "product": "产品名称",
            "category": "类别",
            "quantity": "数量",
            "discount": "折扣",
            "segment": "细分",
        },
    ),
    Export(
        "supermarket sales",
        "orders",
        """
Invoice ID|Branch|City|Customer type|Gender|Product line|Unit price|Quantity|Tax 5%|Total|Date|Time|Payment|cogs|gross margin percentage|gross income
750-67-8428|A|Yangon|Member|Female|Health and beauty|74.69|7|26.1415|548.9715|1/5/2019|13:08|Ewallet|522.83|4.761904762|26.1415
226-31-3081|C|Naypyitaw|Normal|Female|Electronic accessories|15.28|5|3.82|80.22|3/8/2019|10:29|Cash|76.4|4.761904762|3.82
631-41-3108|A|Yangon|Normal|Male|Home and lifestyle|46.33|7|16.2155|340.5255|3/23/2019|13:23|Credit card|324.31|4.761904762|16.2155
""",
        {
            "customer": None,
            "order": "Invoice ID",
            "date": "Date",
            "amount": "Total",
            "category": "Product line",
            "quantity": "Quantity",
            "price": "Unit price",
            "segment": "Customer type",
        },
    ),
    Export(
        "hand-kept café list",
        "orders",
        """
When|Who (card)|Customer|Spent
3/1/2025|0012|Anna|£4.50
14/1/2025|0013|Ben|£12.00
15/1/2025|0012|Anna|£3.20
""",
        {"customer": "Customer", "date": "When", "amount": "Spent"},
    ),
    Export(
        "SurveyMonkey",
        "responses",
        """
Respondent ID|Collector ID|Start Date|End Date|IP Address|Email Address|First Name|Last Name|Custom Data 1|How likely is it that you would recommend this company to a friend or colleague?|What is the main reason for your score?
||||||||||Open-Ended Response
118|44|01/14/2025 10:15:00 AM|01/14/2025 10:17:00 AM|192.0.2.1|anna@example.com|Anna|Berg||9|Friendly staff
119|44|01/15/2025 11:15:00 AM|01/15/2025 11:18:00 AM|192.0.2.2|ben@example.com|Ben|Low||4|Slow parcels
120|44|01/16/2025 12:15:00 PM|01/16/2025 12:17:00 PM|192.0.2.3|eve@example.com|Eve|Day||10|Lovely tea
""",
        {
            "recommend": "How likely is it that you would recommend this company to a friend or colleague?",
            "comment": "What is the main reason for your score?",
            "date": "End Date",
            "response": "Respondent ID",
            "customer": "Email Address",
        },
    ),
    Export(
        "Qualtrics",
        "responses",
        """
StartDate|EndDate|Status|IPAddress|Progress|Duration (in seconds)|Finished|RecordedDate|ResponseId|RecipientEmail|DistributionChannel|UserLanguage|Q1|Q1_NPS_GROUP|Q2_1|Q3
Start Date|End Date|Response Type|IP Address|Progress|Duration (in seconds)|Finished|Recorded Date|Response ID|Recipient Email|Distribution Channel|User Language|On a scale of 0-10, how likely are you to recommend us?|On a scale of 0-10, how likely are you to recommend us? - Group|Please rate your agreement - I would buy from Acme again|What should we improve?
{"ImportId":"startDate","timeZone":"Europe/Berlin"}|{"ImportId":"endDate","timeZone":"Europe/Berlin"}|{"ImportId":"status"}|{"ImportId":"ipAddress"}|{"ImportId":"progress"}|{"ImportId":"duration"}|{"ImportId":"finished"}|{"ImportId":"recordedDate"}|{"ImportId":"_recordId"}|{"ImportId":"recipientEmail"}|{"ImportId":"distributionChannel"}|{"ImportId":"userLanguage"}|{"ImportId":"QID1"}|{"ImportId":"QID1_NPS_GROUP"}|{"ImportId":"QID2_1"}|{"ImportId":"QID3_TEXT"}
2024-01-31 10:15:00|2024-01-31 10:17:05|IP Address|192.0.2.1|100|125|True|2024-01-31 10:17:06|R_1|anna@example.com|email|EN|9|Promoter|5|More tea
2024-01-31 11:15:00|2024-01-31 11:17:05|IP Address|192.0.2.2|100|121|True|2024-01-31 11:17:06|R_2|ben@example.com|email|EN|3|Detractor|1|Faster parcels
2024-02-01 10:15:00|2024-02-01 10:16:05|Survey Preview|192.0.2.3|100|65|True|2024-02-01 10:16:06|R_3||preview|EN|10|Promoter|5|
""",
        {
            "recommend": "Q1 · On a scale of 0-10, how likely are you to recommend us?",
            "again": "Q2_1 · Please rate your agreement - I would buy from Acme again",
            "comment": "Q3 · What should we improve?",
            "date": "RecordedDate",
            "response": "ResponseId",
            "finished": "Finished",
            "customer": "RecipientEmail",
        },
    ),
    Export(
        "Google Forms",
        "responses",
        """
Timestamp|Email Address|How likely are you to recommend us to a friend?|Why did you choose this score?|How satisfied are you with our service? (1-5)
1/31/2024 10:15:00|anna@example.com|10|Great coffee, kind people|5
2/1/2024 11:15:00|ben@example.com|6|Too loud|3
2/3/2024 11:15:00|eve@example.com|8|I liked the cake|4
""",
        {
            "recommend": "How likely are you to recommend us to a friend?",
            "comment": "Why did you choose this score?",
            "rating": "How satisfied are you with our service? (1-5)",
            "date": "Timestamp",
            "customer": "Email Address",
        },
    ),
    Export(
        "Google Forms по-русски",
        "responses",
        """
Отметка времени|Насколько вероятно, что вы порекомендуете нас друзьям?|Почему вы поставили такую оценку?
31.01.2024 10:15:00|10|Вкусный кофе и приятные люди
01.02.2024 11:15:00|6|Слишком шумно
03.02.2024 11:15:00|8|Понравился торт
""",
        {
            "recommend": "Насколько вероятно, что вы порекомендуете нас друзьям?",
            "comment": "Почему вы поставили такую оценку?",
            "date": "Отметка времени",
        },
    ),
    Export(
        "Microsoft Forms",
        "responses",
        """
ID|Start time|Completion time|Email|Name|How likely are you to recommend us to a friend or colleague?|Would you visit us again? (1-5)
1|10/9/2024 11:02|10/9/2024 11:05|anonymous||9|5
2|10/14/2024 11:02|10/14/2024 11:07|anonymous||5|2
3|10/15/2024 12:02|10/15/2024 12:03|anonymous||7|4
""",
        {
            "recommend": "How likely are you to recommend us to a friend or colleague?",
            "again": "Would you visit us again? (1-5)",
            "date": "Completion time",
            "response": "ID",
        },
    ),
    Export(
        "Typeform",
        "responses",
        """
#|How likely are you to <strong>recommend</strong> us?|What would we have to change for you to give a 10?|Response Type|Start Date (UTC)|Stage Date (UTC)|Submit Date (UTC)|Network ID|Tags
a1b2|9|Nothing really|completed|2024-10-05 02:41:38||2024-10-05 02:42:38|n1|
c3d4|2|Answer the phone|completed|2024-10-06 02:41:38||2024-10-06 02:43:38|n2|
e5f6|7|Lower prices please|completed|2024-10-07 02:41:38||2024-10-07 02:42:08|n3|
""",
        {
            "recommend": "How likely are you to recommend us?",
            "comment": "What would we have to change for you to give a 10?",
            "date": "Submit Date (UTC)",
            "status": "Response Type",
        },
    ),
    Export(
        "Formbricks",
        "responses",
        """
No.|Response ID|Timestamp|Finished|Survey ID|Formbricks ID (internal)|User ID|Notes|Tags|url|userAgent - os|1. How likely are you to recommend us?|2. What can we do better?
1|r1|Mon Jan 01 2024|Yes|s1|f1|u1|||https://example.com|iOS|9|More colours
2|r2|Tue Jan 02 2024|No|s1|f2|u2|||https://example.com|Android||
3|r3|Wed Jan 03 2024|Yes|s1|f3|u3|||https://example.com|iOS|4|Quicker delivery
""",
        {
            "recommend": "1. How likely are you to recommend us?",
            "comment": "2. What can we do better?",
            "date": "Timestamp",
            "finished": "Finished",
            "customer": "User ID",
            "response": "Response ID",
        },
    ),
    Export(
        "LimeSurvey",
        "responses",
        """
id|submitdate|lastpage|startlanguage|seed|startdate|datestamp|NPS|G1Q2[comment]
1|2024-03-01 10:00:00|3|en|111|2024-03-01 09:58:00|2024-03-01 10:00:00|9|Very good tea
2||1|en|112|2024-03-01 11:58:00|2024-03-01 11:59:00||
3|2024-03-02 10:00:00|3|en|113|2024-03-02 09:58:00|2024-03-02 10:00:00|6|Parking is hard
""",
        {"recommend": "NPS", "date": "submitdate", "response": "id"},
    ),
    Export(
        "问卷星",
        "responses",
        """
序号|提交答卷时间|所用时间|来源|来源详情|来自IP|1、您有多大可能把我们推荐给朋友？|2、您对服务的满意度|3、您对我们有什么建议？
1|2026/09/03 12:00:00|125秒|微信|N/A|192.0.2.1(浙江-杭州)|10|5|多开几家店
2|2026/09/03 13:00:00|98秒|链接|直接访问|192.0.2.2(上海-上海)|6|3|发货再快一点
3|2026/09/04 12:30:00|61秒|微信|N/A|192.0.2.3(浙江-宁波)|8|4|包装可以更好看
""",
        {
            "recommend": "1、您有多大可能把我们推荐给朋友？",
            "rating": "2、您对服务的满意度",
            "comment": "3、您对我们有什么建议？",
            "date": "提交答卷时间",
            "response": "序号",
        },
    ),
    Export(
        "Thanx NPS",
        "responses",
        """
nps_feedback_uid|nps_feedback_id|merchant_id|purchase_id|user_id|state|rating|review|response|responded_by|created_at|rated_at
x1|1|7|p1|u1|rated|10|Lovely place||kim|2025-01-02T10:00:00Z|2025-01-02T10:05:00Z
x2|2|7|p2|u2|rated|0|Cold food and long wait||kim|2025-01-03T10:00:00Z|2025-01-03T10:05:00Z
x3|3|7|p3|u3|rated|8|Nice||kim|2025-01-04T10:00:00Z|2025-01-04T10:05:00Z
""",
        {
            "recommend": "rating",
            "rating": None,
            "comment": "review",
            "date": "rated_at",
            "customer": "user_id",
        },
    ),
    Export(
        "Olist reviews",
        "responses",
        """
review_id|order_id|review_score|review_comment_title|review_comment_message|review_creation_date|review_answer_timestamp
r1|o1|4||Recebi bem antes do prazo|2018-01-18 00:00:00|2018-01-18 21:46:59
r2|o2|5|recomendo|Parabéns lojas|2018-03-10 00:00:00|2018-03-11 03:05:13
r3|o3|1||Não chegou|2018-02-17 00:00:00|2018-02-18 14:36:24
""",
        {
            "rating": "review_score",
            "comment": "review_comment_message",
            "date": "review_creation_date",
            "response": "review_id",
            "recommend": None,
        },
    ),
    Export(
        "hand-kept visits",
        "visits",
        """
VisitID|PatientID|Date of Servce|Visit Type|Doctor
1|P1|2024-01-05|Check-up|Dr Low
2|P2|2024-01-06|Check-up|Dr Low
3|P1|2024-02-05|Treatment|Dr Day
""",
        {"visitor": "PatientID", "time": "Date of Servce"},
    ),
    Export(
        "web sessions",
        "visits",
        """
session id|user_id|session start|duration|utm_source|converted
s1|u1|2025-03-01 10:00:00|00:02:05|google|yes
s2|u2|2025-03-01 11:00:00|00:00:31|newsletter|no
s3|u1|2025-03-02 10:00:00|00:05:00|google|yes
""",
        {
            "visitor": "user_id",
            "time": "session start",
            "duration": "duration",
            "source": "utm_source",
            "bought": "converted",
        },
    ),
    Export(
        "到店登记",
        "visits",
        """
会员号|到店时间|停留时长（分钟）|来源|是否消费
000188|2025年3月5日 14:05|20|朋友介绍|是
000189|2025年3月6日 10:05|5|路过|否
000188|2025年3月7日 09:15|35|公众号|是
""",
        {
            "visitor": "会员号",
            "time": "到店时间",
            "duration": "停留时长（分钟）",
            "source": "来源",
            "bought": "是否消费",
        },
    ),
)
