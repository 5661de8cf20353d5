INSERT INTO large_orders
SELECT order_id, customer_id, amount
FROM orders
WHERE amount > 1000;
