/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "parity.h"

#include <string.h>

#include "fec_field.h"

/* Products of every byte with the coefficients of the generator, the highest first. */
struct generator {
	unsigned roots;
	uint8_t products[PARITY_ROOTS_MAX][256];
};

/* The generator's zeros are 2^0, 2^1, ... 2^(roots - 1): it is times (x + 2^i) for each of them. */
static void generator_make(unsigned roots, struct generator *generator)
{
	uint8_t polynomial[PARITY_ROOTS_MAX + 2] = { 0, 1 }; /* the lowest behind a zero */
	unsigned i, k;

	for (i = 0; i < roots; i++)
		for (k = i + 2; k > 0; k--)
			polynomial[k] = polynomial[k - 1] ^
					fec_multiply(polynomial[k], fec_power(2, i));
	generator->roots = roots;
	for (i = 0; i < roots; i++)
		for (k = 0; k < 256; k++)
			generator->products[i][k] = fec_multiply(polynomial[roots - i], (uint8_t)k);
}

/* The next symbol of a codeword; its parity is the remainder so far. */
static void codeword_add(const struct generator *generator, uint8_t symbol, uint8_t *parity)
{
	uint8_t feedback = symbol ^ parity[0];
	unsigned i;

	memmove(parity, parity + 1, generator->roots - 1);
	parity[generator->roots - 1] = 0;
	for (i = 0; i < generator->roots; i++)
		parity[i] ^= generator->products[i][feedback];
}

/* A covered block; what is not there is zero. */
static void block_read(const struct parity_source *source, uint64_t block, uint8_t *out)
{
	bool is_data = block < source->data_blocks;
	const struct span *from = is_data ? &source->data : &source->levels;
	uint64_t offset = (is_data ? block : block - source->data_blocks) * source->block_size;
	uint64_t there = offset < from->size ? from->size - offset : 0;

	memset(out, 0, source->block_size);
	if (there)
		memcpy(out, from->at + offset,
		       there < source->block_size ? (size_t)there : source->block_size);
}

static uint64_t covered(const struct parity_source *source)
{
	return source->data_blocks + source->levels.size / source->block_size;
}

static uint64_t rounds(const struct parity_source *source, unsigned roots)
{
	return (covered(source) - 1) / (FEC_CODEWORD - roots) + 1;
}

size_t parity_size(const struct parity_source *source, unsigned roots)
{
	return (size_t)(rounds(source, roots) * roots * source->block_size);
}

/* Byte k of every count-th block is a symbol of codeword k of the round. */
void parity_make(const struct parity_source *source, unsigned roots, uint8_t *out)
{
	static uint8_t block[65536];
	uint64_t count = rounds(source, roots), round;
	struct generator generator;
	unsigned symbol;
	uint32_t k;

	generator_make(roots, &generator);
	for (round = 0; round < count; round++) {
		for (symbol = 0; symbol < FEC_CODEWORD - roots; symbol++) {
			block_read(source, round + symbol * count, block);
			for (k = 0; k < source->block_size; k++)
				codeword_add(&generator, block[k], out + (size_t)k * roots);
		}
		out += (size_t)source->block_size * roots;
	}
}
