// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fec.c - erasure decoding of one block at a time.
 *
 * With the damaged symbols of a codeword known, the wanted one is a sum over the good ones, each
 * with a weight that depends on nothing but their positions (Lagrange's interpolation of the error
 * locator: see weigh()). The weights are the same for every byte of the block, so blocks are added
 * up as they come and nothing is kept but the sum.
 */
#include "fec.h"

#include <string.h>

#include "digest_blocks.h"
#include "fec_field.h"
#include "reader_private.h"

enum verdict { GOOD, DAMAGED, UNKNOWN };

struct round {
	struct verity_reader *reader;
	size_t block_size;
	uint64_t count;   /* of rounds: the distance of two blocks of one */
	uint64_t first;   /* block of this round */
	unsigned symbols; /* of a codeword that are no parity */
	unsigned wanted;
	uint8_t erased
		[FEC_CODEWORD]; /* locators of the symbols that are not used, the wanted first */
	unsigned erasures;
	uint8_t weight[FEC_CODEWORD];
};

/* The first symbol is the coefficient of x^254. */
static uint8_t locator(unsigned symbol)
{
	return fec_power(2, FEC_CODEWORD - 1 - symbol);
}

/* Zero for all that are erased but the wanted one. */
static uint8_t erasures_at(const struct round *round, uint8_t x)
{
	uint8_t product = 1;

	for (unsigned i = 1; i < round->erasures; i++)
		product = fec_multiply(product, x ^ round->erased[i]);
	return product;
}

/*
 * Every syndrome of a good codeword is 0, and so is each sum of them. Taken with the coefficients
 * of the polynomial whose zeros are the other erasures, they sum up to the wanted symbol and those
 * that are good, each times that polynomial's value at its locator.
 */
static void weigh(struct round *round)
{
	/* An inverse: the field has 255 numbers but zero. */
	uint8_t scale = fec_power(erasures_at(round, round->erased[0]), FEC_CODEWORD - 1);
	uint8_t x = 1;

	for (unsigned i = FEC_CODEWORD; i-- > 0; x = fec_multiply(x, 2))
		round->weight[i] = fec_multiply(scale, erasures_at(round, x));
}

/* Each that fails may have taken MEDIUM_TIMEOUT_MS: there is an end to them, over all repairs. */
static enum status read_from(const struct round *round, const struct extent *extent, uint64_t at,
			     void *to, size_t size)
{
	unsigned *failures = &round->reader->failures;

	if (*failures > READER_FAILURES_MAX)
		return ERR_VERITY_IO;
	if (extent_read(extent, at, to, size) == OK)
		return OK;
	++*failures;
	return ERR_VERITY_IO;
}

static enum status read_covered(const struct round *round, uint64_t covered)
{
	const struct verity_reader *reader = round->reader;
	const uint64_t data_blocks = reader->tree->data_blocks;
	const struct extent *extent = &reader->data;

	if (covered >= data_blocks) {
		extent = &reader->hash;
		covered = covered - data_blocks + reader->tree->hash_start_block;
	}
	return read_from(round, extent, covered * round->block_size, reader->repair,
			 round->block_size);
}

/* A block by its level (0: data) and its number there; one that is behind the tree has none. */
static bool place(const struct verity_reader *reader, uint64_t covered, unsigned *level,
		  uint64_t *index)
{
	*level = 0;
	*index = covered;
	if (covered < reader->tree->data_blocks)
		return true;
	covered = covered - reader->tree->data_blocks + reader->tree->hash_start_block;
	while ((*level)++ < reader->levels.count) {
		*index = covered - reader->levels.start[*level - 1];
		if (*index < reader->levels.blocks[*level - 1])
			return true;
	}
	return false;
}

/*
 * Whether what is in repair has the digest that stands on the medium, or is signed.
 * ERR_HASH_MISMATCH: another one. Any other error: nobody knows.
 */
static enum status has_digest(const struct round *round, unsigned level, uint64_t index)
{
	const struct verity_reader *reader = round->reader;
	const struct verity_levels *levels = &reader->levels;
	const size_t size = digest_size(reader->tree->algorithm);
	uint8_t want[DIGEST_SIZE_MAX], got[DIGEST_SIZE_MAX];
	uint64_t at;

	TRY(digest_blocks(reader->tree->algorithm, reader->tree->salt, reader->repair,
			  round->block_size, 1, got));
	if (level == levels->count)
		return memcmp(got, reader->tree->root_hash.at, size) == 0 ? OK : ERR_HASH_MISMATCH;
	at = (levels->start[level] + (index >> levels->entry_bits)) * round->block_size +
	     (index & ((1u << levels->entry_bits) - 1)) * levels->entry;
	TRY(read_from(round, &reader->hash, at, want, size));
	return memcmp(got, want, size) == 0 ? OK : ERR_HASH_MISMATCH;
}

/*
 * A block that does not have its digest is damaged, if the block that says so is not. So is one of
 * which that cannot be read: no more is asked of a medium that fails.
 */
static enum verdict judge(const struct round *round, uint64_t covered)
{
	const struct verity_levels *levels = &round->reader->levels;
	enum status status;
	unsigned level;
	uint64_t index;

	if (read_covered(round, covered) != OK)
		return DAMAGED;
	if (!place(round->reader, covered, &level, &index))
		return GOOD;
	status = has_digest(round, level, index);
	if (status != ERR_HASH_MISMATCH || level == levels->count)
		return status == OK ? GOOD : DAMAGED;
	index >>= levels->entry_bits;
	if (read_from(round, &round->reader->hash,
		      (levels->start[level] + index) * round->block_size, round->reader->repair,
		      round->block_size) != OK)
		return DAMAGED;
	return has_digest(round, level + 1, index) == ERR_HASH_MISMATCH ? UNKNOWN : DAMAGED;
}

static bool is_covered(const struct round *round, unsigned symbol, uint64_t *covered)
{
	*covered = round->first + symbol * round->count;
	return *covered < round->reader->fec.blocks;
}

/* The wanted block first, then those that are damaged; of the rest as many as there is room for. */
static enum status locate(struct round *round)
{
	uint8_t unknown[FEC_CODEWORD];
	unsigned unknowns = 0;
	uint64_t covered;

	round->erased[round->erasures++] = locator(round->wanted);
	for (unsigned i = 0; i < round->symbols; i++) {
		if (i == round->wanted || !is_covered(round, i, &covered))
			continue;
		/* Also so that a dead medium is not asked for all of them. */
		if (round->erasures > round->reader->fec.roots)
			return ERR_VERITY_IO;
		switch (judge(round, covered)) {
		case GOOD:
			break;
		case DAMAGED:
			round->erased[round->erasures++] = locator(i);
			break;
		case UNKNOWN:
			unknown[unknowns++] = locator(i);
			break;
		}
	}
	while (unknowns != 0 && round->erasures < round->reader->fec.roots)
		round->erased[round->erasures++] = unknown[--unknowns];
	return round->erasures <= round->reader->fec.roots ? OK : ERR_VERITY_IO;
}

static enum status add_blocks(const struct round *round, uint8_t *sum)
{
	const uint8_t *block = round->reader->repair;
	uint8_t products[256];
	uint64_t covered;

	for (unsigned i = 0; i < round->symbols; i++) {
		if (i == round->wanted || round->weight[i] == 0 || !is_covered(round, i, &covered))
			continue;
		TRY(read_covered(round, covered));
		for (unsigned x = 0; x < sizeof(products); x++)
			products[x] = fec_multiply(round->weight[i], (uint8_t)x);
		for (size_t k = 0; k < round->block_size; k++)
			sum[k] ^= products[block[k]];
	}
	return OK;
}

/* The parity of a round is as many blocks as there are roots: codeword after codeword. */
static enum status add_parity(const struct round *round, uint8_t *sum)
{
	const struct verity_reader *reader = round->reader;
	const unsigned roots = reader->fec.roots;
	uint64_t at = (reader->fec.start_block + round->first * roots) * round->block_size;
	unsigned symbol = 0;

	for (unsigned i = 0; i < roots; i++, at += round->block_size) {
		TRY(read_from(round, &reader->fec.device, at, reader->repair, round->block_size));
		for (size_t k = 0; k < round->block_size; k++) {
			*sum ^= fec_multiply(round->weight[round->symbols + symbol],
					     reader->repair[k]);
			if (++symbol == roots) {
				symbol = 0;
				sum++;
			}
		}
	}
	return OK;
}

size_t verity_fec_memory(const struct verity_tree *tree, const struct verity_fec *fec)
{
	(void)fec;
	return tree->data_block_size;
}

static uint64_t rounds(const struct verity_fec *fec)
{
	return (fec->blocks - 1) / (FEC_CODEWORD - fec->roots) + 1;
}

enum status verity_fec_check(const struct verity_reader *reader)
{
	const struct verity_fec *fec = &reader->fec;
	const uint64_t size = reader->tree->data_block_size;

	TRY(verity_fec_numbers(reader->tree, fec));
	if (!range_inside(fec->device.size, fec->start_block * size,
			  rounds(fec) * fec->roots * size))
		return refuse(ERR_VERITY_IO, "holdfast,fec-start-block",
			      "the parity ends behind the device: write the root again");
	return OK;
}

enum status verity_repair(struct verity_reader *reader, unsigned level, uint64_t number,
			  uint8_t *block)
{
	const uint64_t count = rounds(&reader->fec);
	struct round round = { .reader = reader,
			       .block_size = reader->tree->data_block_size,
			       .count = count,
			       .symbols = FEC_CODEWORD - reader->fec.roots };

	if (reader->repaired >= READER_REPAIRS_MAX)
		return ERR_VERITY_IO;
	if (level != 0)
		number = number - reader->tree->hash_start_block + reader->tree->data_blocks;
	round.first = number % count;
	round.wanted = (unsigned)(number / count);
	TRY(locate(&round));
	weigh(&round);
	memset(block, 0, round.block_size);
	if (add_blocks(&round, block) != OK || add_parity(&round, block) != OK)
		return ERR_VERITY_IO;
	return OK;
}
