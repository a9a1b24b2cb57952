/* A dictionary of a few words as skkdic has them, in the order of one, and its bytes. */
#ifndef KANA_DICTIONARY_H
#define KANA_DICTIONARY_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "plugins/apps/kana/euc.h"

static const char kana_dictionary[] = ";; a comment\n"
				      ";; okuri-ari entries.\n"
				      "わらu /笑/嗤;(jeer) 人の失敗を嗤う/\n"
				      "よn /読/呼/\n"
				      "よm /読/詠/\n"
				      "みm /見/\n"
				      "たかk /高/\n"
				      "たb /食/給;文語/\n"
				      "しずk /静/\n"
				      "かt /勝/買/\n"
				      "かk /書/掛/\n"
				      "かi /買/書/\n"
				      "いk /行/生/\n"
				      "あたらs /新/\n"
				      ";; okuri-nasi entries.\n"
				      "# /#0/#1/\n"
				      "#がつ /#0月/#2月/#3月/#5月/\n"
				      "#じ /#0時/#1時/#3時/\n"
				      "and/or /(concat \"and\\057or\")/\n"
				      "あし /足/私/葦/脚/\n"
				      "いい /飯/\n"
				      "かいて /書いて/\n"
				      "かんじ /漢字/幹事;manager/感じ/\n"
				      "がくせい /学生/\n"
				      "き /木/気/\n"
				      "きょう /今日/京/\n"
				      "きょうは /教派/\n"
				      "くだり /行/件/条/下り/\n"
				      "ごじゅう /五十/#3十/\n"
				      "さ /差/\n"
				      "しょく /食/職/色/\n"
				      "じん /人/陣/神/\n"
				      "てんき /天気/転機/\n"
				      "とうきょう /東京/\n"
				      "とき /時/刻/秋/朱鷺/\n"
				      "にほんご /日本語/\n"
				      "ひと /人/\n"
				      "びと /人/日と/\n"
				      "べんきょう /勉強/\n"
				      "ほん /本/\n"
				      "わたし /私/渡し/\n";

/* It in EUC-JP. */
static inline size_t kana_dictionary_bytes(uint8_t *to, size_t room)
{
	size_t n = euc_from_utf8(kana_dictionary, strlen(kana_dictionary), to, room);
	assert(n > 0);
	return n;
}

#endif
