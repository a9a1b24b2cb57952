/*
 * pair: a number as value and error, 106 bits together. Dekker, "A floating-point
 * technique for extending the available precision", 1971; Knuth's two-sum.
 */
#ifndef OSAAS_SDK_PAIR_H
#define OSAAS_SDK_PAIR_H

struct pair {
	double hi, lo; /* hi is the sum, rounded */
};

static inline struct pair two_sum(double a, double b)
{
	double s = a + b, of_b = s - a;
	return (struct pair){s, (a - (s - of_b)) + (b - of_b)};
}

/* |a| >= |b| */
static inline struct pair quick_sum(double a, double b)
{
	double s = a + b;
	return (struct pair){s, b - (s - a)};
}

static inline struct pair two_product(double a, double b)
{
	double p = a * b, c = 0x1.0000002p27;
	double a_hi = a * c - (a * c - a), a_lo = a - a_hi;
	double b_hi = b * c - (b * c - b), b_lo = b - b_hi;
	return (struct pair){
		p, ((a_hi * b_hi - p) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo};
}

static inline struct pair pair_product(struct pair a, struct pair b)
{
	struct pair p = two_product(a.hi, b.hi);
	return quick_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

#endif
