INSERT INTO orders_per_minute
SELECT window_start, COUNT(*) AS orders, SUM(amount) AS amount
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR($rowtime), INTERVAL '1' MINUTE))
GROUP BY window_start;
